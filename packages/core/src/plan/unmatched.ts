import type { UnmatchedTask } from '../model/plan.ts'
import type { Task } from '../model/task.ts'
import type { Fit } from './assign.ts'
import type { PlanInput } from './plan-input.ts'

/** Tasks that neither an agent of any pool nor any registered agent could take, each with what is in the way. */
export function findUnmatched(tasks: readonly Task[], input: PlanInput, fit: Fit): readonly UnmatchedTask[] {
  const { snapshot, pools, matching } = input
  const agentClasses = new Set<number>()
  for (const agent of snapshot.agents.ok ? snapshot.agents.value.agents : []) {
    if (agent.labels) agentClasses.add(fit.agentClassOf(agent.labels))
  }
  for (const pool of pools) agentClasses.add(fit.agentClassOf(pool.offer))
  const hopeless = new Map<number, boolean>()
  const isHopeless = (taskClass: number): boolean => {
    let answer = hopeless.get(taskClass)
    if (answer === undefined) {
      answer = ![...agentClasses].some((agentClass) => fit.score(taskClass, agentClass) > 0)
      hopeless.set(taskClass, answer)
    }
    return answer
  }
  return tasks
    .filter((task) => isHopeless(fit.classOf(task)))
    .map((task) => ({
      id: task.id,
      title: task.title,
      obstacles: pools.flatMap((pool) => {
        const obstacle = matching.obstacle(task.labels, pool.offer)
        if (!obstacle) return []
        const label = obstacle.wanted === undefined ? obstacle.key : `${obstacle.key}=${obstacle.wanted}`
        return [{ pool: pool.id, label, offered: obstacle.offered }]
      }),
    }))
}
