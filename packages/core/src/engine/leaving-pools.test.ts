import { expect, test } from 'vitest'
import type { TickReport } from '../model/report.ts'
import type { StandingMachine } from '../model/standing-machine.ts'
import { planFor } from '../plan/scenario.ts'
import { anAgent, aPool, testStartAt } from '../testing/builders.ts'
import { FakePools } from '../testing/fake-pools.ts'
import { LeavingPools } from './leaving-pools.ts'

/** Two pools, of which the second is to leave. */
async function twoPools(): Promise<FakePools> {
  const world = new FakePools({ a: {}, b: {} })
  world.start()
  await world.seconds(15)
  return world
}

test('a pool that leaves is forgotten once nothing of it was seen for as long as lists may be late', async () => {
  const world = await twoPools()
  await world.reconfigure(world.pools.slice(0, 1))
  await world.seconds(119)
  expect(world.forgotten).toEqual([])
  await world.seconds(2)
  expect(world.forgotten).toEqual(['b'])
  expect(world.lastPlan.pools.map(({ id }) => id)).toEqual(['a', 'b'])
  await world.seconds(10)
  expect(world.lastPlan.pools.map(({ id }) => id)).toEqual(['a'])
  await world.stop()
})

test('what is under way in another pool does not keep it', async () => {
  const world = await twoPools()
  world.cloud('a').slowDown('create', 110_000)
  world.addTask('a')
  await world.seconds(1)
  await world.reconfigure(world.pools.slice(0, 1))
  await world.seconds(125)
  expect(world.forgotten).toEqual(['b'])
  await world.stop()
})

test('what is under way in it does, though no list shows anything of it any more', async () => {
  const world = await twoPools()
  world.addTask('b', 1_000)
  await world.minutes(7)
  world.cloud('b').hangNext('remove', 'after-acting')
  await world.reconfigure(world.pools.slice(0, 1))
  while (world.cloud('b').machines.length > 0) await world.seconds(1)
  await world.seconds(200)
  expect(world.forgotten).toEqual([])
  await world.seconds(50)
  expect(world.forgotten).toEqual(['b'])
  await world.stop()
})

test('a pool that comes back before it is forgotten stays', async () => {
  const world = await twoPools()
  await world.reconfigure(world.pools.slice(0, 1))
  await world.seconds(100)
  await world.reconfigure(world.pools)
  await world.minutes(5)
  expect(world.forgotten).toEqual([])
  await world.reconfigure(world.pools.slice(0, 1))
  await world.seconds(119)
  expect(world.forgotten).toEqual([])
  await world.seconds(2)
  expect(world.forgotten).toEqual(['b'])
  await world.stop()
})

test.each([
  ['running', []],
  ['stopping', ['1']],
  ['stopped', ['1']],
] as const)('a machine made by hand that is %s: is the pool that leaves empty', (state, forgotten) => {
  const [pool] = new FakePools({ 1: {} }).pools
  const leaving = new LeavingPools()
  const reportAt = (takenAt: number): Pick<TickReport, 'plan' | 'snapshot'> => ({
    plan: planOf(state),
    snapshot: {
      takenAt,
      inFlight: [],
      streamBrokeAt: undefined,
      machines: new Map([
        [
          '1',
          { ok: true, value: { machines: [], standing: [], offerings: [], readAt: takenAt, reused: false } },
        ],
      ]),
      agents: { ok: true, value: { agents: [], serverNowAt: takenAt } },
      queue: { ok: true, value: { tasks: [], paused: false, pollingSlots: 0 } },
      work: undefined,
    },
  })
  const pools = [{ ...pool!, leaving: true as const }]
  leaving.empty(reportAt(testStartAt), pools, 120_000)
  expect(leaving.empty(reportAt(testStartAt + 120_000), pools, 120_000)).toEqual(forgotten)
})

function planOf(state: StandingMachine['state']): TickReport['plan'] {
  return planFor({
    pools: [aPool({ min: 0, max: 0 })],
    standing: [{ id: 'i-1', state, agentId: 'id-of-box' }],
    agents: [anAgent({ name: 'box', lastWorkAt: testStartAt - 30_000 })],
  })
}
