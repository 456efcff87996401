import { describe, expect, test } from 'vitest'
import { FakeWorld } from '../testing/fake-world.ts'

const S = 1_000

/** How long after its idle timeout, in seconds, each of the machines was ended. */
async function endedAfter(
  idleTimeoutMs: number,
  phaseMs: number,
  { busy = false, machines = 1 }: { busy?: boolean; machines?: number } = {},
): Promise<readonly number[]> {
  const world = new FakeWorld({ pool: { idleTimeoutMs, max: 30 } })
  world.start()
  await world.clock.advance(3 * S + phaseMs)
  const tasks = world.server.addTasks(machines, { durationMs: 23 * S + phaseMs / 3 })
  await world.seconds(machines > 1 ? 70 : 50)
  expect(tasks.map(({ fate }) => fate)).toEqual(tasks.map(() => 'done'))
  for (let at = 0; at < idleTimeoutMs + 30 * S; at += 500) {
    if (busy) world.server.touch()
    await world.clock.advance(500)
  }
  const endedAt = Math.max(...tasks.map((task) => task.endedAt ?? 0))
  const after = world.cloud.history.map((machine) => ((machine.endedAt ?? 0) - endedAt - idleTimeoutMs) / S)
  await world.stop()
  return after
}

const phases = Array.from({ length: 21 }, (_, at) => at * 487)

describe.each([40 * S, 60 * S, 300 * S, 600 * S])('with an idle timeout of %i ms', (idleTimeoutMs) => {
  test('a machine is ended at most 3 s after it, and not before it', async () => {
    for (const phaseMs of phases) {
      const [after = Number.NaN] = await endedAfter(idleTimeoutMs, phaseMs)
      expect(after, `phase ${phaseMs}`).toBeLessThanOrEqual(3)
      expect(after, `phase ${phaseMs}`).toBeGreaterThanOrEqual(0)
    }
  })
})

test.each([0, 5 * S, 15 * S, 39 * S])('with one of %i ms at most 20 s after it', async (idleTimeoutMs) => {
  for (const phaseMs of phases) {
    const [after = Number.NaN] = await endedAfter(idleTimeoutMs, phaseMs)
    expect(after, `phase ${phaseMs}`).toBeLessThanOrEqual(20)
    expect(after, `phase ${phaseMs}`).toBeGreaterThanOrEqual(0)
  }
})

test('the same on a server on which something happens all the time', async () => {
  for (const phaseMs of phases) {
    const [after = Number.NaN] = await endedAfter(60 * S, phaseMs, { busy: true })
    expect(after, `phase ${phaseMs}`).toBeLessThanOrEqual(3)
  }
})

test('twenty at once are ended in time, and cost no more than a tick a second', async () => {
  const world = new FakeWorld({ pool: { idleTimeoutMs: 60 * S, max: 30 }, cloud: { bootDelayMs: 20 * S } })
  world.start()
  await world.seconds(3)
  // Each connects at another moment, so that their heartbeats are spread.
  const tasks = []
  for (let at = 0; at < 20; at++) {
    tasks.push(world.server.addTask({ durationMs: 60 * S - at * 490 }))
    await world.clock.advance(490)
  }
  while (tasks.some(({ fate }) => fate !== 'done')) await world.seconds(1)
  const endedAt = Math.max(...tasks.map((task) => task.endedAt ?? 0))
  const before = world.reports.length
  await world.seconds(70)
  expect(world.cloud.machines).toEqual([])
  for (const machine of world.cloud.history)
    expect(((machine.endedAt ?? 0) - endedAt) / S).toBeLessThanOrEqual(63)
  expect(world.reports.length - before).toBeLessThanOrEqual(70)
  await world.stop()
})

test('a task that comes while the drain waits for the timeout gets the agent back, and no new machine', async () => {
  for (let beforeMs = 25 * S; beforeMs > 0; beforeMs -= 1_300) {
    const world = new FakeWorld({ pool: { idleTimeoutMs: 120 * S } })
    world.start()
    await world.seconds(3)
    const first = world.server.addTask({ durationMs: 10 * S })
    while (first.fate !== 'done') await world.clock.advance(500)
    await world.clock.advance(120 * S - beforeMs)
    const second = world.server.addTask({ durationMs: 10 * S })
    const askedAt = world.clock.now()
    while (second.startedAt === undefined) await world.clock.advance(100)
    // An agent that is uncordoned asks again after about 5 s.
    expect(second.startedAt - askedAt, `${beforeMs} ms before`).toBeLessThanOrEqual(6 * S)
    expect(world.cloud.history).toHaveLength(1)
    await world.stop()
  }
})
