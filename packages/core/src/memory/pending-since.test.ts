import { expect, test } from 'vitest'
import { firstMemory } from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import { aTask, testStartAt } from '../testing/builders.ts'
import { observe } from './observe.ts'

function look(takenAt: number, tasks: readonly Task[]): Snapshot {
  return {
    takenAt,
    inFlight: [],
    machines: new Map(),
    agents: { ok: true, value: { agents: [], serverNowAt: takenAt } },
    queue: { ok: true, value: { tasks, paused: false, pollingSlots: Number.POSITIVE_INFINITY } },
    work: undefined,
    streamBrokeAt: undefined,
  }
}

test('a task waits for an agent only since its concurrency group has room', () => {
  const concurrency = { group: 'deploy', limit: 1 }
  const running = aTask({ id: 'running', state: 'running', agentId: 'x', concurrency })
  const waiting = aTask({ id: 'waiting', concurrency })
  const held = observe(firstMemory(testStartAt), look(testStartAt, [running, waiting]), () => undefined)
  expect(held.pendingSince.get('waiting')).toBeUndefined()
  const free = observe(held, look(testStartAt + 60_000, [waiting]), () => undefined)
  expect(free.pendingSince.get('waiting')).toBe(testStartAt + 60_000)
})
