import { AuthError, type OutsideError, RateLimited, Rejected, Transient } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, it } from 'vitest'
import { patiently } from './patience.ts'

const lost = () => new Transient('lost', { mayHaveActed: true })
const unreachable = () => new Transient('unreachable')

async function outcome(...failures: readonly OutsideError[]): Promise<unknown> {
  const clock = new ManualClock()
  const left = [...failures]
  const passes = ({ kind }: OutsideError) => kind === 'transient'
  const { signal } = new AbortController()
  const result = patiently({ clock, random: () => 0 }, passes, signal, async () => {
    const failure = left.shift()
    if (failure) throw failure
    return 'done'
  }).catch((error: unknown) => error)
  await clock.advance(10_000)
  return result
}

it('what passes is tried three times', async () => {
  expect(await outcome(lost(), unreachable())).toBe('done')
  expect(await outcome(unreachable(), unreachable(), unreachable())).toMatchObject({ mayHaveActed: false })
})

it('what does not pass is tried once', async () => {
  expect(await outcome(new RateLimited('enough'))).toMatchObject({ kind: 'rate-limited' })
})

it('a try whose answer was lost is not forgotten, because the last one did not get through', async () => {
  expect(await outcome(lost(), unreachable(), unreachable())).toMatchObject({
    kind: 'transient',
    mayHaveActed: true,
  })
})

it('a refusal of the same wish tells that nothing was done before', async () => {
  expect(await outcome(lost(), new Rejected('no'))).toMatchObject({ kind: 'rejected', mayHaveActed: false })
})

it.each([new AuthError('expired'), new RateLimited('enough')])(
  'a refusal at the door tells nothing of a try whose answer was lost: %s',
  async (error) => {
    expect(await outcome(lost(), error)).toMatchObject({ mayHaveActed: true })
  },
)
