import { wasThereAtDisturbance } from '../evidence/contact.ts'
import { agentsByName, operationsByName } from '../evidence/lists.ts'
import { sortPending } from '../evidence/pending-tasks.ts'
import { taskClassOf } from '../evidence/task-class.ts'
import { DEAF_AFTER_MS } from '../evidence/timings.ts'
import { promiseOf } from '../evidence/variants.ts'
import { isProvenAtRest } from '../evidence/work.ts'
import type { Memory } from '../model/memory.ts'
import { poolOfName } from '../model/names.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import { type LeftAlone, leftAloneKey, type Trials } from '../model/trials.ts'
import type { Matching } from '../ports/ci-server.ts'

/** Longer than the longest pause between two tries. */
const REMEMBERED_MS = 2 * 60 * 60_000
const AGENTS_REMEMBERED = 12

/** By what tasks are judged. */
export interface Judging {
  readonly pools: readonly PoolPolicy[]
  readonly matching: Matching
}

/**
 * Notices classes of tasks that a pool's agents leave alone: one was launched for the class, its labels fit, it was free
 * for long, and all the while a task of the class could have been started. A task of the class that a pool's agent
 * starts later shows that it is well again.
 *
 * @param memory with what this snapshot says of agents, launches and the queue
 */
export function observeLeftAlone(
  memory: Memory,
  snapshot: Snapshot,
  judging: Judging,
): Pick<Memory, 'trials'> {
  const { trials } = memory
  const { agents, queue } = snapshot
  if (!agents.ok || !queue.ok || queue.value.paused) return { trials }
  const kept = whatStands(memory, snapshot, judging)
  const found = newlyLeft(memory, snapshot, judging, kept)
  if (found.length === 0 && kept.size === trials.leftAlone.size) return { trials }
  const leftAlone = new Map(kept)
  for (const { pool, taskClass, by } of found) {
    const key = leftAloneKey(pool, taskClass)
    const all = [...(leftAlone.get(key)?.by ?? []), ...by]
    leftAlone.set(key, { pool, taskClass, by: all.slice(-AGENTS_REMEMBERED) })
  }
  return { trials: { ...trials, leftAlone } }
}

function whatStands(memory: Memory, snapshot: Snapshot, judging: Judging): Trials['leftAlone'] {
  const { trials, disturbance } = memory
  if (trials.leftAlone.size === 0) return trials.leftAlone
  const started = startedSince(memory, snapshot, judging)
  return new Map(
    [...trials.leftAlone].filter(([key, { by }]) => {
      const lastAt = by.at(-1)?.at ?? 0
      // A server that has restarted since may well give them to the next.
      if (disturbance.kind !== 'own-start' && disturbance.at >= lastAt) return false
      return snapshot.takenAt - lastAt < REMEMBERED_MS && (started.get(key) ?? 0) <= lastAt
    }),
  )
}

/** When a task of each class was last started by an agent of the pool, of those that run. */
function startedSince(
  { runningSince }: Memory,
  { agents, queue }: Snapshot,
  { pools, matching }: Judging,
): ReadonlyMap<string, number> {
  const started = new Map<string, number>()
  if (!agents.ok || !queue.ok) return started
  const poolOf = new Map(agents.value.agents.map(({ id, name }) => [id, poolOfName(name)]))
  const policies = new Map(pools.map((pool) => [pool.id, pool]))
  for (const { id, labels, state, agentId } of queue.value.tasks) {
    if (state !== 'running' || agentId === undefined) continue
    const pool = policies.get(poolOf.get(agentId) ?? '')
    if (!pool) continue
    const key = leftAloneKey(pool.id, taskClassOf(labels, pool, matching))
    started.set(key, Math.max(started.get(key) ?? 0, runningSince.get(id)?.sinceAt ?? 0))
  }
  return started
}

function newlyLeft(
  memory: Memory,
  snapshot: Snapshot,
  { pools, matching }: Judging,
  kept: Trials['leftAlone'],
): readonly LeftAlone[] {
  const { agents, queue, takenAt } = snapshot
  if (!agents.ok || !queue.ok || memory.trials.launched.size === 0) return []
  const records = agentsByName(agents.value.agents)
  const underWay = operationsByName(snapshot.inFlight)
  const clocks = { takenAt, serverNowAt: agents.value.serverNowAt }
  const policies = new Map(pools.map((pool) => [pool.id, pool]))
  const waiting = new WaitingTasks(memory, sortPending(queue.value.tasks).runnable, matching)
  return [...memory.trials.launched].flatMap(([name, { pool: id, taskClass, at }]): readonly LeftAlone[] => {
    const pool = policies.get(id)
    if (!pool || taskClass === undefined || underWay.has(name)) return []
    const agent = records.get(name)?.[0]
    const history = agent && memory.agents.get(agent.id)
    if (!agent?.labels || history?.freeSince === undefined) return []
    if (takenAt - history.freeSince < DEAF_AFTER_MS) return []
    if (kept.get(leftAloneKey(id, taskClass))?.by.some((each) => each.name === name)) return []
    const oldest = waiting.oldest(pool, taskClass)
    if (!oldest || takenAt - oldest.since < DEAF_AFTER_MS) return []
    // That one is no riddle: its labels say why.
    if (matching.score(oldest.task.labels, agent.labels) === 0) return []
    // After a restart the server has forgotten who works: a busy agent looks free.
    if (wasThereAtDisturbance(agent, clocks, memory) && !isProvenAtRest(agent, history, snapshot)) return []
    return [{ pool: id, taskClass, by: [{ name, launchedAt: at, at: takenAt }] }]
  })
}

interface Waiting {
  readonly task: Task
  readonly since: number
}

/** Which task of a class could have been started for the longest time. */
class WaitingTasks {
  readonly #memory: Memory
  readonly #tasks: readonly Task[]
  readonly #matching: Matching
  readonly #byPool = new Map<PoolId, ReadonlyMap<string, Waiting>>()

  constructor(memory: Memory, tasks: readonly Task[], matching: Matching) {
    this.#memory = memory
    this.#tasks = tasks
    this.#matching = matching
  }

  oldest(pool: PoolPolicy, taskClass: string): Waiting | undefined {
    let ofPool = this.#byPool.get(pool.id)
    if (!ofPool) {
      ofPool = this.#read(pool)
      this.#byPool.set(pool.id, ofPool)
    }
    return ofPool.get(taskClass)
  }

  #read(pool: PoolPolicy): ReadonlyMap<string, Waiting> {
    const labels = this.#tasks.map((task) => task.labels)
    const { machineLabel } = pool
    const types = machineLabel === undefined ? [] : new Set(labels.map((each) => each[machineLabel]))
    const offers = [pool.offer, ...[...types].map((type) => promiseOf(pool, type))]
    const numbers = this.#matching.classify(labels, offers).tasks
    const byNumber = new Map<number, Waiting>()
    this.#tasks.forEach((task, index) => {
      const since = this.#memory.pendingSince.get(task.id)
      if (since !== undefined) keepOldest(byNumber, numbers[index]!, { task, since })
    })
    const byClass = new Map<string, Waiting>()
    for (const waiting of byNumber.values())
      keepOldest(byClass, taskClassOf(waiting.task.labels, pool, this.#matching), waiting)
    return byClass
  }
}

function keepOldest<Key>(byKey: Map<Key, Waiting>, key: Key, waiting: Waiting): void {
  if (waiting.since < (byKey.get(key)?.since ?? Number.POSITIVE_INFINITY)) byKey.set(key, waiting)
}
