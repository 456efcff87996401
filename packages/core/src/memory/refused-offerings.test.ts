import { expect, test } from 'vitest'
import { firstMemory, type Memory } from '../model/memory.ts'
import type { OfferingRefusal, Outcome } from '../model/report.ts'
import { QuotaExceeded } from '../ports/errors.ts'
import { testStartAt } from '../testing/builders.ts'
import { withRefusedOfferings } from './refused-offerings.ts'

const MINUTE_MS = 60_000

const refusal = (offering: string, kind: OfferingRefusal['kind']): OfferingRefusal => ({
  offering,
  kind,
  why: `no ${offering}`,
})

function launch(told: Partial<Outcome>): Outcome {
  const action = { kind: 'launch', pool: '1', because: 'demand', reason: '', avoid: [] } as const
  return { action, name: 'x', at: testStartAt, tookMs: 1_000, result: 'done', ...told }
}

function after(...outcomes: readonly Outcome[]): ReadonlyMap<string, { times: number; forMs: number }> {
  let memory: Pick<Memory, 'refusedOfferings'> = firstMemory(testStartAt)
  for (const outcome of outcomes)
    memory = { refusedOfferings: withRefusedOfferings(memory, outcome, () => 0) }
  const at = outcomes.at(-1)!.at
  return new Map(
    [...(memory.refusedOfferings.get('1') ?? [])].map(([id, { times, untilAt }]) => [
      id,
      { times, forMs: untilAt - at },
    ]),
  )
}

const refused = (kind: OfferingRefusal['kind'], times: number) =>
  after(...Array.from({ length: times }, () => launch({ refusals: [refusal('small', kind)] }))).get('small')

test.each([
  ['offering-unavailable', 1, 1],
  ['offering-unavailable', 2, 2],
  ['offering-unavailable', 9, 10],
  ['rejected', 1, 1],
  ['rejected', 3, 4],
  ['rejected', 9, 60],
  ['quota-exceeded', 1, 5],
  ['auth', 1, 10],
  ['transient', 2, 0],
  ['transient', 3, 10],
] as const)('%s, %d times in a row: skipped for %d min', (kind, times, minutes) => {
  expect(refused(kind, times)).toEqual({ times, forMs: minutes * MINUTE_MS })
})

test('a rate limit skips none', () => {
  expect(refused('rate-limited', 5)).toBeUndefined()
})

test('the one that was accepted is as good as new, the others stay skipped', () => {
  const both = launch({
    refusals: [refusal('small', 'offering-unavailable'), refusal('large', 'offering-unavailable')],
  })
  const accepted = launch({ refusals: [refusal('large', 'offering-unavailable')], offering: 'small' })
  expect([...after(both, accepted).keys()]).toEqual(['large'])
})

test('what was refused hours ago does not make the next wait longer', () => {
  const first = launch({ refusals: [refusal('small', 'rejected')] })
  const later = { ...first, at: testStartAt + 180 * MINUTE_MS }
  expect(after(first, first, first, later).get('small')).toEqual({ times: 1, forMs: MINUTE_MS })
})

test('a limit that every machine type meets is the account’s, and skips none of them', () => {
  const error = new QuotaExceeded('server limit exceeded')
  const refusals = [refusal('small', 'quota-exceeded'), refusal('large', 'quota-exceeded')]
  expect([...after(launch({ result: 'failed', error, refusals })).keys()]).toEqual([])
})
