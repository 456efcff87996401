import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/**
 * What was given to an agent comes to its end, but where the world itself harmed that agent. A task given to the
 * poller of a machine that the autoscaler has ended is lost by its fault.
 */
export function tasksAreNotLost(world: World, broken: Break): Check {
  /** Whom each task was first given to: later ones drop it as stale. */
  const givenTo = new Map<string, string>()
  let restored = 0
  return {
    onQueueEvent(event) {
      // A restored database gives out again what was given out since.
      if (restored !== world.timesRestored) givenTo.clear()
      restored = world.timesRestored
      if (event.kind !== 'assigned' || givenTo.has(event.taskId)) return
      const name = world.server.database.agents.get(event.agentId)?.name ?? `agent ${event.agentId}`
      if (world.damage.agentIds.has(event.agentId)) world.damage.tasks.add(event.taskId)
      givenTo.set(event.taskId, name)
      world.timeline.add('server', `task ${event.taskId} goes to ${name}`)
    },
    atEnd() {
      for (const workflow of world.server.database.workflows.values()) {
        const { state } = workflow
        if (isOver(state) || world.damage.tasks.has(String(workflow.id))) continue
        const name = givenTo.get(String(workflow.id))
        if (name === undefined && !isServed(world, String(workflow.id))) continue
        if (name === undefined) {
          broken('never stalls', `task ${workflow.id} was never given to anybody: ${state}`)
        } else if (!world.damage.names.has(name)) {
          broken('never loses a task', `task ${workflow.id} is ${state}; it was given to ${name}`)
        }
      }
    },
  }
}

/** `skipped`: what it depends on did not succeed. */
function isOver(state: string): boolean {
  return state === 'success' || state === 'failure' || state === 'skipped'
}

/** Some agents of the pools can really take it. */
function isServed(world: World, taskId: string): boolean {
  const task = world.server.database.tasks.get(taskId)
  return task === undefined || world.serving.byAny(task.labels) === 'always'
}
