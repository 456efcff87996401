import type { Agent } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Machine } from '../model/machine.ts'
import { type PoolPolicy, plainPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'

/** When the things built here live, and where a `ManualClock` starts. */
export const testStartAt: number = Date.UTC(2026, 0, 1)

/** What the agents and pools built here offer. */
export const usualLabels: Labels = { repo: '*', 'org-id': '*', platform: 'linux/amd64', backend: 'docker' }

const MINUTE_MS = 60_000

/** An agent of the pool `1`: an hour old, idle for 30 minutes, in contact 5 s ago, with one slot. */
export function anAgent(agent: Partial<Agent> = {}): Agent {
  const name = agent.name ?? 'pool-1-agent-aaaaaa'
  return {
    id: `id-of-${name}`,
    name,
    createdAt: testStartAt - 60 * MINUTE_MS,
    updatedAt: testStartAt - 60 * MINUTE_MS,
    lastContactAt: testStartAt - 5_000,
    lastWorkAt: testStartAt - 30 * MINUTE_MS,
    cordoned: false,
    capacity: 1,
    labels: usualLabels,
    version: '3.17.0',
    registeredItself: false,
    ...agent,
  }
}

/** An agent whose record is a minute old, and which has not registered yet. */
export function aBootingAgent(agent: Partial<Agent> = {}): Agent {
  return anAgent({
    createdAt: testStartAt - MINUTE_MS,
    updatedAt: testStartAt - MINUTE_MS,
    lastContactAt: undefined,
    lastWorkAt: undefined,
    capacity: 0,
    labels: undefined,
    ...agent,
  })
}

/** A task that has waited for ten seconds, and that any agent of `usualLabels` takes. */
export function aTask(task: Partial<Task> = {}): Task {
  const id = task.id ?? 'task-1'
  return {
    id,
    name: 'build',
    title: `acme/app ${id}`,
    labels: { repo: 'acme/app' },
    state: 'pending',
    dependencies: [],
    createdAt: testStartAt - 10_000,
    ...task,
  }
}

/** `task-1` to `task-<count>`, alike but for their ids. */
export function tasks(count: number, each: Partial<Omit<Task, 'id'>> = {}): readonly Task[] {
  return Array.from({ length: count }, (_, i) => aTask({ ...each, id: `task-${i + 1}` }))
}

/** The machine of `anAgent()`: an hour old, running. */
export function aMachine(machine: Partial<Machine> = {}): Machine {
  return {
    name: 'pool-1-agent-aaaaaa',
    createdAt: testStartAt - 60 * MINUTE_MS,
    state: 'running',
    ...machine,
  }
}

/** The pool `1`: none to ten agents of one slot, ended after ten idle minutes, paid by the second. */
export function aPool(pool: Partial<PoolPolicy> = {}): PoolPolicy {
  return {
    id: '1',
    min: 0,
    max: 10,
    workflowsPerAgent: 1,
    offer: usualLabels,
    idleTimeoutMs: 10 * MINUTE_MS,
    inactivityTimeoutMs: 10 * MINUTE_MS,
    billingTeardownMarginMs: 2 * MINUTE_MS,
    billing: 'second',
    parked: { max: 0, forMs: 60 * MINUTE_MS },
    keepFailed: 0,
    ...plainPolicy,
    ...pool,
  }
}
