import { expect, test } from 'vitest'
import { noOrders } from '../model/orders.ts'
import { FakeWorld } from '../testing/fake-world.ts'

/** A world with one idle agent that nothing but an order would drain. */
async function withAgent(): Promise<{ world: FakeWorld; name: string }> {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 3_600_000 } })
  world.start()
  await world.seconds(3)
  world.server.addTask({ durationMs: 1_000 })
  await world.minutes(7)
  const name = world.server.agents[0]!.name
  return { world, name }
}

const deletes = (world: FakeWorld) => world.outcomes.some(({ action }) => action.kind === 'terminate')

const orders = [
  ['a machine', (name: string) => ({ ...noOrders, drained: new Set([name]) })],
  ['a pool', () => ({ ...noOrders, drainedPools: new Set(['1']) })],
] as const

test.each(orders)(
  'an order to drain %s is cancelled at any step before the record is deleted',
  async (_, order) => {
    let cancelled = 0
    for (let after = 0; after < 60; after++) {
      const { world, name } = await withAgent()
      world.autoscaler.order(order(name))
      await world.clock.advance(after * 500)
      const isLate = deletes(world)
      world.autoscaler.order(noOrders)
      await world.minutes(3)
      if (!isLate) {
        cancelled++
        expect(world.server.agents.map(({ cordoned }) => cordoned)).toEqual([false])
        expect(world.cloud.machines.map((machine) => machine.name)).toEqual([name])
      }
      await world.stop()
    }
    expect(cancelled).toBeGreaterThan(30)
  },
)

test('the reason of a termination begins with that of its drain', async () => {
  const { world, name } = await withAgent()
  world.autoscaler.order({ ...noOrders, drained: new Set([name]) })
  await world.seconds(15)
  expect(world.lastPlan.pools[0]!.members[0]!.leaves).toBe('an order drains it')
  await world.minutes(2)
  const reasons = world.outcomes.flatMap(({ action }) => (action.kind === 'terminate' ? action.reason : []))
  expect(reasons).toEqual(['an order drains it; cordoned twice, and seen idle twice after that'])
  await world.stop()
})
