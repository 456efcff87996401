import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

test('after the server was away for longer than an agent may be silent, nobody is replaced', async () => {
  const world = new FakeWorld({ pool: { min: 2, inactivityTimeoutMs: 60_000 } })
  world.start()
  await world.minutes(3)
  world.server.restart({ awayMs: 5 * 60_000, reconnectMs: 10_000 })
  await world.minutes(12)
  expect(world.cloud.history).toHaveLength(2)
  expect(world.cloud.machines).toHaveLength(2)
  await world.stop()
})
