import { agentsById } from '../evidence/lists.ts'
import type { Task } from '../model/task.ts'
import { type Fit, SlotBoard } from './assign.ts'
import type { Demand } from './demand.ts'
import type { PlanInput } from './plan-input.ts'

/**
 * Tasks that wait on running ones alone, and for which no slot is free then: neither one that nobody needs now, nor
 * one of those that they wait on. What one asks for, it has: `free` is used up.
 */
export function comingTasks(
  { snapshot: { agents, queue } }: PlanInput,
  { coming }: Demand,
  fit: Fit,
  free: readonly SlotBoard[],
): readonly Task[] {
  if (coming.length === 0 || !queue.ok || !agents.ok) return []
  const awaited = new Set(coming.flatMap(({ dependencies }) => dependencies))
  const byId = agentsById(agents.value.agents)
  const freed = new SlotBoard(fit, [])
  for (const { id, agentId } of queue.value.tasks) {
    const agent = awaited.has(id) && agentId !== undefined ? byId.get(agentId) : undefined
    if (agent?.labels && !agent.cordoned)
      freed.add({ labels: agent.labels, slots: 1, pool: undefined, heldBack: false })
  }
  // Taken without a mark: else all agents of the class would be kept for one task.
  return coming.filter((task) => ![freed, ...free].some((board) => board.takeUnmarked(fit.classOf(task))))
}
