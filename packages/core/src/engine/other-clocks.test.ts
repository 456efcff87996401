import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

const HOUR_MS = 3_600_000

test.each([
  ['an hour behind', -HOUR_MS],
  ['a minute behind', -60_000],
  ['a minute ahead', 60_000],
  ['an hour ahead', HOUR_MS],
])(
  'a server whose clock is %s: a task gets one machine, which ends after its idle time',
  async (_, skewMs) => {
    const world = new FakeWorld({ server: { skewMs }, lists: 'names', cloud: { bootDelayMs: 90_000 } })
    world.start()
    await world.seconds(3)
    const task = world.server.addTask({ durationMs: 20_000 })
    await world.minutes(3)
    expect(task.fate).toBe('done')
    await world.minutes(8)
    expect(world.cloud.machines).toHaveLength(1)
    await world.minutes(3)
    expect(world.cloud.machines).toEqual([])
    expect(world.cloud.history).toHaveLength(1)
    expect(world.server.agents).toEqual([])
    await world.stop()
  },
)
