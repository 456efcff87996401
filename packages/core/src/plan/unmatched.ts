import type { Hold, UnmatchedTask } from '../model/plan.ts'
import type { Task } from '../model/task.ts'
import type { Fit } from './assign.ts'
import type { PoolMembers } from './members.ts'
import { obstacleOfPool } from './obstacles.ts'
import type { PlanInput } from './plan-input.ts'

/** So many are named with what is in their way; nobody reads more, and each costs a look at every pool. */
const NAMED_AT_MOST = 100

export interface Unmatched {
  /** Classes of tasks that nobody can take. */
  readonly hopeless: ReadonlySet<number>
  readonly tasks: readonly UnmatchedTask[]
  readonly holds: readonly Hold[]
}

/** Tasks that neither an agent of any pool nor any registered agent could take. */
export function findUnmatched(
  tasks: readonly Task[],
  input: PlanInput,
  pools: readonly PoolMembers[],
  fit: Fit,
): Unmatched {
  const { snapshot } = input
  // While nobody knows which agents there are, nobody knows what none of them takes.
  if (!snapshot.agents.ok) return { hopeless: new Set(), tasks: [], holds: [] }
  const offered = pools.flatMap(({ variants }) => variants)
  const offers = new Set(
    offered.flatMap(({ labels, promised }) => [fit.agentClassOf(labels), fit.agentClassOf(promised)]),
  )
  for (const agent of snapshot.agents.value.agents) {
    if (agent.labels) offers.add(fit.agentClassOf(agent.labels))
  }
  const hopeless = new Set<number>()
  for (const taskClass of fit.countByClass(tasks).keys()) {
    if (![...offers].some((offer) => fit.score(taskClass, offer) > 0)) hopeless.add(taskClass)
  }
  if (hopeless.size === 0) return { hopeless, tasks: [], holds: [] }
  const found = tasks.filter((task) => hopeless.has(fit.classOf(task)))
  const named = found.slice(0, NAMED_AT_MOST)
  const reason = `${found.length} waiting task${found.length === 1 ? ' matches' : 's match'} no pool and no agent`
  return {
    hopeless,
    tasks: named.map((task) => withObstacles(task, pools, input)),
    holds: [{ kind: 'hold', pool: undefined, because: 'no-pool-matches', reason, wanted: found.length }],
  }
}

function withObstacles(
  { id, title, labels }: Task,
  pools: readonly PoolMembers[],
  { matching }: PlanInput,
): UnmatchedTask {
  const obstacles = pools.flatMap(({ pool, variants }) => {
    const obstacle = obstacleOfPool(labels, pool, variants, matching)
    return obstacle ? [{ pool: pool.id, ...obstacle }] : []
  })
  return { id, title, obstacles }
}
