import { expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

test('a burst of jobs gets just enough machines, and all of them go when it is over', async () => {
  const world = new FakeWorld()
  world.start()
  await world.seconds(15)
  world.server.addTasks(4, { durationMs: 60_000 })
  await world.seconds(5)
  expect(world.cloud.machines).toHaveLength(4)
  await world.seconds(30)
  expect(world.server.tasks.map(({ queue }) => queue)).toEqual(['running', 'running', 'running', 'running'])
  await world.minutes(2)
  expect(world.server.tasks.every(({ fate }) => fate === 'done')).toBe(true)
  expect(world.cloud.peak).toBe(4)
  await world.minutes(12)
  expect(world.cloud.machines).toEqual([])
  expect(world.server.agents).toEqual([])
  const causes = world.reports.flatMap(({ plan }) => plan.holds.map(({ because }) => because))
  expect(causes).not.toContain('list-shrank')
  await world.stop()
})

test('the end of an agent takes 10 to 23 s, as its heartbeats have it: cordoned, cordoned again, ended', async () => {
  const world = new FakeWorld()
  world.start()
  world.server.addTask({ durationMs: 5_000 })
  await world.minutes(14)
  expect(world.deeds).toEqual(['launch demand', 'cordon idle', 'cordon carried-on', 'terminate drained'])
  const [, first, , last] = world.outcomes
  expect(last!.at - first!.at).toBeGreaterThanOrEqual(9_000)
  expect(last!.at - first!.at).toBeLessThanOrEqual(23_000)
  await world.stop()
})
