import { expect, test } from 'vitest'
import { planFor, steps } from '../plan/scenario.ts'
import { aBootingAgent, aMachine, aPool, tasks, testStartAt } from '../testing/builders.ts'
import { FakeWorld } from '../testing/fake-world.ts'

const MINUTE_MS = 60_000
const a = 'pool-1-agent-a'

async function oneTask(bootDelayMs: number, inactivityTimeoutMs: number) {
  const world = new FakeWorld({
    pool: { inactivityTimeoutMs },
    cloud: {
      bootDelayMs,
      onBoot: ({ name }) => {
        world.clock.startTimer(2 * MINUTE_MS, () => void world.server.connect(name))
        return () => {}
      },
    },
  })
  world.start()
  await world.minutes(6)
  return { world, task: world.server.addTask({ durationMs: 60_000 }) }
}

test('a machine that the cloud starts for a quarter of an hour is waited for: one is launched', async () => {
  const { world, task } = await oneTask(15 * MINUTE_MS, 30 * MINUTE_MS)
  await world.minutes(20)
  expect(task.fate).toBe('done')
  expect(world.cloud.history).toHaveLength(1)
  await world.stop()
})

test('one that the cloud never starts is given up at the inactivity timeout, and the reason names both', async () => {
  const { world } = await oneTask(180 * MINUTE_MS, 10 * MINUTE_MS)
  await world.minutes(9)
  expect(world.cloud.history).toHaveLength(1)
  await world.minutes(3)
  const lost = world.outcomes.find(({ action }) => action.because === 'lost')
  expect(lost?.action.reason).toBe(
    'the cloud has not started its machine in 10m10s (starting); the agent inactivity timeout is 10m',
  )
  await world.stop()
})

const booting = (minutes: number, state: 'running' | 'starting' | 'unknown', bootAllowanceMs?: number) =>
  planFor({
    pools: [aPool({ inactivityTimeoutMs: 60 * MINUTE_MS, ...(bootAllowanceMs && { bootAllowanceMs }) })],
    tasks: tasks(1),
    agents: [aBootingAgent({ name: a, createdAt: testStartAt - minutes * MINUTE_MS })],
    machines: [aMachine({ name: a, state, createdAt: testStartAt - minutes * MINUTE_MS })],
  })

test('a machine that runs is waited for as long as the boot allowance says', () => {
  expect(steps(booting(2, 'running'))).toEqual([])
  expect(steps(booting(4, 'running'))).toEqual(['launch demand'])
  expect(steps(booting(4, 'running', 5 * MINUTE_MS))).toEqual([])
})

test('a status that nobody knows is no promise that the machine comes', () => {
  expect(steps(booting(4, 'unknown'))).toEqual(['launch demand'])
  expect(steps(booting(50, 'starting'))).toEqual([])
})
