import type { AgentId, PlanInput, Task, TickReport } from '@woodpeckers/autoscaler-core'
import { makePlan } from '@woodpeckers/autoscaler-core/testing'
import type { PlayedFleet } from './play-fleet.ts'

const MINUTE_MS = 60_000

/**
 * The same fleet a tick later, when much is in the way: a pool is full, one is paused, a cloud refuses, a task fits no pool,
 * an agent has fallen silent over its task, a machine is protected. The real planner says what it makes of it.
 */
export function inTrouble({ observer, report }: PlayedFleet): PlayedFleet {
  const input = troubled(report.input)
  const later: TickReport = {
    ...report,
    tick: report.tick + 1,
    snapshot: input.snapshot,
    input,
    plan: makePlan(input),
  }
  observer.onTick(later)
  return { observer, report: later }
}

function troubled(input: PlanInput): PlanInput {
  const { memory, orders } = input
  const takenAt = input.snapshot.takenAt + 10_000
  const [full, paused, refused] = input.pools.map(({ id }) => id)
  const running = tasksOf(input).filter(({ state }) => state === 'running')
  const kept = running[0]
  const protectedName = nameOf(input, running[1]?.agentId)
  const waiting = [
    ...Array.from({ length: 9 }, (_, place) => more(input, full!, `45${place}`, takenAt - place * MINUTE_MS)),
    more(input, refused!, '460', takenAt - 4 * MINUTE_MS),
    {
      ...more(input, full!, '431', takenAt - 21 * MINUTE_MS),
      title: 'acme/mobile#431',
      labels: { platform: 'darwin/arm64', repo: 'acme/mobile' },
    },
  ]
  const tasks = [...tasksOf(input), ...waiting]
  return {
    ...input,
    snapshot: {
      ...input.snapshot,
      takenAt,
      queue: withTasks(input, tasks),
      agents: silenced(input, kept?.agentId, takenAt),
    },
    memory: {
      ...memory,
      pendingSince: new Map([
        ...memory.pendingSince,
        ...waiting.map(({ id, createdAt }) => [id, createdAt] as const),
      ]),
      backOff: new Map([
        [
          refused!,
          {
            sinceAt: takenAt - MINUTE_MS,
            untilAt: takenAt + 2 * MINUTE_MS,
            failures: 4,
            why: 'server limit reached',
            kind: 'quota-exceeded' as const,
          },
        ],
      ]),
    },
    orders: { ...orders, paused: new Set([paused!]), protected: new Set(protectedName ?? []) },
  }
}

function tasksOf({ snapshot: { queue } }: PlanInput): readonly Task[] {
  return queue.ok ? queue.value.tasks : []
}

function withTasks(
  { snapshot: { queue } }: PlanInput,
  tasks: readonly Task[],
): PlanInput['snapshot']['queue'] {
  return queue.ok ? { ok: true, value: { ...queue.value, tasks } } : queue
}

/** One more task like those that the pool has. */
function more({ pools }: PlanInput, pool: string, id: string, createdAt: number): Task {
  const { offer } = pools.find((each) => each.id === pool)!
  const { platform = '', size } = offer
  const labels = { platform, ...(size !== undefined && { size }), repo: 'acme/web' }
  return { id, name: 'build', title: `acme/web#${id}`, labels, state: 'pending', dependencies: [], createdAt }
}

/** Its last heartbeat was long ago. */
function silenced(
  { snapshot: { agents } }: PlanInput,
  silent: AgentId | undefined,
  takenAt: number,
): PlanInput['snapshot']['agents'] {
  if (!agents.ok) return agents
  return {
    ok: true,
    value: {
      ...agents.value,
      serverNowAt: takenAt,
      agents: agents.value.agents.map((agent) =>
        agent.id === silent ? { ...agent, lastContactAt: takenAt - 12 * MINUTE_MS } : agent,
      ),
    },
  }
}

function nameOf({ snapshot: { agents } }: PlanInput, id: AgentId | undefined): readonly string[] | undefined {
  const name = agents.ok ? agents.value.agents.find((agent) => agent.id === id)?.name : undefined
  return name === undefined ? undefined : [name]
}
