import { expect, test } from 'vitest'
import type { Machine } from '../model/machine.ts'
import { anAgent } from '../testing/builders.ts'
import { withoutRemains } from './remains.ts'

const NAME = 'pool-1-agent-a'
const remains: Machine = { name: NAME, state: 'stopping', isRemains: true }

test.each([
  ['what is left over is no machine while its agent has a record', remains, NAME, 0],
  ['what is left over is removed once the record is gone', remains, 'pool-1-agent-b', 1],
  ['a machine that is stopping is a machine', { name: NAME, state: 'stopping' } as const, NAME, 1],
])('%s', (_, machine, recorded, count) => {
  const lists = new Map([['1', { ok: true, value: { machines: [machine] } } as never]])
  const [reading] = withoutRemains(lists, [anAgent({ name: recorded })]).values()
  expect(reading).toMatchObject({ ok: true, value: { machines: { length: count } } })
})
