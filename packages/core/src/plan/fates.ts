import type { Fate, HeldFate } from '../model/fate.ts'
import type { Labels } from '../model/labels.ts'
import type { Plan } from '../model/plan.ts'
import type { Task } from '../model/task.ts'
import type { Demand } from './demand.ts'
import type { PoolMembers } from './members.ts'
import { labelInTheWay, obstacleOfPool, obstacleText } from './obstacles.ts'
import type { PlanInput } from './plan-input.ts'

const PAUSED: HeldFate = {
  kind: 'held',
  because: 'paused',
  reason: 'the queue is paused at the server: no task is given out',
}
const REQUEUED: HeldFate = {
  kind: 'held',
  because: 'requeued',
  reason: 'it was lost by the agent that had it: the next agent that asks settles it',
}
const NOT_TAKEN: HeldFate = {
  kind: 'held',
  because: 'not-taken',
  reason: 'free agents that should take it leave it alone: another machine is tried now and then',
}

/** What is counted on for each task that waits. `known`: of those for which slots were sought. */
export function fatesOfAll(
  input: PlanInput,
  pools: readonly PoolMembers[],
  demand: Demand,
  known: ReadonlyMap<string, Fate>,
): Plan['fates'] {
  const { queue, agents } = input.snapshot
  if (!queue.ok) return new Map()
  const fates = new Map<string, Fate>()
  for (const { id, state, dependencies } of queue.value.tasks)
    if (state === 'waiting') fates.set(id, { kind: 'depends', on: dependencies })
  const pending = queue.value.tasks.filter(({ state }) => state === 'pending')
  if (queue.value.paused) {
    for (const { id } of pending) fates.set(id, PAUSED)
    return fates
  }
  if (!agents.ok) {
    const reason = `the agents cannot be read: ${agents.error.message}`
    for (const { id } of pending) fates.set(id, { kind: 'held', because: 'agents-unknown', reason })
    return fates
  }
  const groups = new Groups(queue.value.tasks)
  for (const task of demand.blocked) fates.set(task.id, groups.fateOf(task))
  for (const { id } of demand.requeued) fates.set(id, REQUEUED)
  const reasons = new Map<string, HeldFate>()
  for (const { id, labels } of demand.runnable) {
    const fate = known.get(id) ?? NOT_TAKEN
    fates.set(id, fate.kind === 'held' && fate.because === 'no-pool-matches' ? noPool(labels) : fate)
  }
  return fates

  function noPool(labels: Labels): HeldFate {
    const key = JSON.stringify(labels)
    const fate = reasons.get(key) ?? {
      kind: 'held',
      because: 'no-pool-matches',
      reason: noPoolReason(labels, input, pools),
    }
    reasons.set(key, fate)
    return fate
  }
}

function noPoolReason(
  labels: Labels,
  { snapshot, matching }: PlanInput,
  pools: readonly PoolMembers[],
): string {
  const obstacles = pools.flatMap(({ pool, variants }) => {
    const obstacle = obstacleOfPool(labels, pool, variants, matching)
    return obstacle ? [`the pool ${pool.id} ${obstacleText(obstacle)}`] : []
  })
  const [first = 'there is no pool'] = obstacles
  const others = obstacles.length > 1 ? `, and ${obstacles.length - 1} more pools cannot either` : ''
  const agents = snapshot.agents.ok ? snapshot.agents.value.agents : []
  const isForOthers = agents.some((agent) => agent.labels && !labelInTheWay(labels, agent.labels, matching))
  const then = isForOthers ? '; agents that are no pool’s can take it' : ''
  return `no pool can take it: ${first}${others}${then}`
}

/** Who has the places of each concurrency group, those first that run. */
class Groups {
  readonly #holders = new Map<string, Task[]>()

  constructor(tasks: readonly Task[]) {
    for (const state of ['running', 'pending'] as const)
      for (const task of tasks) {
        const group = task.state === state ? task.concurrency?.group : undefined
        if (group === undefined) continue
        const holders = this.#holders.get(group)
        if (holders) holders.push(task)
        else this.#holders.set(group, [task])
      }
  }

  fateOf({ concurrency }: Task): HeldFate {
    const { group, limit } = concurrency!
    const [first] = this.#holders.get(group) ?? []
    const behind = first ? `: behind ${first.title}` : ''
    const reason = `its concurrency group ${group} lets ${limit} run at a time${behind}`
    return { kind: 'held', because: 'concurrency-group', reason }
  }
}
