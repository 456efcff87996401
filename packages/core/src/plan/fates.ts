import type { Fate, HeldFate } from '../model/fate.ts'
import type { Labels } from '../model/labels.ts'
import type { Plan } from '../model/plan.ts'
import type { Task } from '../model/task.ts'
import type { Fit } from './assign.ts'
import type { Demand } from './demand.ts'
import type { PoolMembers } from './members.ts'
import { obstacleOfPool, obstacleText } from './obstacles.ts'
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
  reason: 'free agents leave it alone although their labels fit: another machine is tried now and then',
}

/** Of so many kinds of tasks it is said what is in their way; each costs a look at every pool. */
const EXPLAINED_AT_MOST = 100

interface Known {
  readonly input: PlanInput
  readonly pools: readonly PoolMembers[]
  readonly demand: Demand
  readonly fit: Fit
  /** Of tasks for which slots were sought. */
  readonly known: ReadonlyMap<string, Fate>
  /** Classes of tasks that nobody can take, whoever's agents there are. */
  readonly hopeless: ReadonlySet<number>
}

/** What is counted on for each task that waits. */
export function fatesOfAll({ input, pools, demand, fit, known, hopeless }: Known): Plan['fates'] {
  const { queue, agents } = input.snapshot
  if (!queue.ok) return new Map()
  const fates = new Map<string, Fate>()
  const { tasks, paused } = queue.value
  const ofPending = paused ? PAUSED : agents.ok ? undefined : unreadable(agents.error.message)
  for (const { id, state, dependencies } of tasks) {
    if (state === 'waiting') fates.set(id, { kind: 'depends', on: dependencies })
    else if (ofPending && state === 'pending') fates.set(id, ofPending)
  }
  if (ofPending) return fates
  if (demand.blocked.length > 0) {
    const groups = new Groups(tasks)
    for (const task of demand.blocked) fates.set(task.id, groups.fateOf(task))
  }
  for (const { id } of demand.requeued) fates.set(id, REQUEUED)
  const ofClass = new Map<number, HeldFate>()
  for (const task of demand.runnable) {
    const fate = known.get(task.id) ?? NOT_TAKEN
    const hasNoPool = fate.kind === 'held' && fate.because === 'no-pool-matches'
    fates.set(task.id, hasNoPool ? noPool(task, fate) : fate)
  }
  return fates

  function noPool(task: Task, otherwise: HeldFate): HeldFate {
    const taskClass = fit.classOf(task)
    const explained = ofClass.get(taskClass)
    if (explained) return explained
    if (ofClass.size >= EXPLAINED_AT_MOST) return otherwise
    const then = hopeless.has(taskClass) ? '' : '; agents that are no pool’s can take it'
    const fate = {
      ...otherwise,
      reason: `no pool can take it: ${inTheWay(task.labels, input, pools)}${then}`,
    }
    ofClass.set(taskClass, fate)
    return fate
  }
}

function unreadable(why: string): HeldFate {
  return { kind: 'held', because: 'agents-unknown', reason: `the agents cannot be read: ${why}` }
}

function inTheWay(labels: Labels, { matching }: PlanInput, pools: readonly PoolMembers[]): string {
  const obstacles = pools.flatMap(({ pool, variants }) => {
    const obstacle = obstacleOfPool(labels, pool, variants, matching)
    return obstacle ? [`the pool ${pool.id} ${obstacleText(obstacle)}`] : []
  })
  const [first = 'there is no pool', ...others] = obstacles
  return others.length === 0 ? first : `${first}, and ${others.length} more cannot either`
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
