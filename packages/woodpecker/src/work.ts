import {
  type AgentId,
  type CallOptions,
  type Task,
  UnexpectedAnswer,
  type WorkReading,
} from '@woodpeckers/autoscaler-core'
import type { Endpoints } from './endpoints.ts'
import { inParallel } from './in-parallel.ts'
import type { WireActivePipeline, WirePipeline } from './schemas.ts'

type Workflow = NonNullable<WirePipeline['workflows']>[number]
type WorkEndpoints = Pick<Endpoints, 'activePipelines' | 'pipeline'>

/** Look-ups at a time: each costs the server one read of its database. */
const CONCURRENCY = 4

export type ReadWork = (queue: readonly Task[], call: CallOptions) => Promise<WorkReading>

/**
 * Work in the server's database, which outlives a restart of the server; its queue does not.
 *
 * A pipeline of which the queue has one workflow may have another that the queue forgot, so it is workflows
 * (their ids are those of the tasks) that must be explained, all of a pipeline, before it is skipped. Which
 * workflows a pipeline has that had not ended is remembered from its last look-up; as what has ended stays
 * so, it needs none as long as the queue explains each of those. A reading that is broken off keeps what it
 * has looked up: else a server with thousands of pipelines, too slow for all of them within one deadline,
 * would never be read. The memory is safe to lose.
 */
export function createReadWork(endpoints: WorkEndpoints): ReadWork {
  const openOf = new Map<number, ReadonlySet<string>>()

  return async (queue, call) => {
    const explained = new Set(queue.filter(isExplained).map((task) => task.id))
    const active = (await endpoints.activePipelines(call)).value ?? []
    const activeIds = new Set(active.map(({ id }) => id))
    for (const id of openOf.keys()) if (!activeIds.has(id)) openOf.delete(id)
    const lookUp = active.filter(({ id }) => {
      const open = openOf.get(id)
      // None open although the pipeline is active: seen before its workflows were written.
      return !(open !== undefined && open.size > 0 && open.isSubsetOf(explained))
    })

    const workingAgentIds = new Set<AgentId>()
    const runningTaskIds = new Set<string>()
    for (const task of queue) {
      if (task.state !== 'running') continue
      runningTaskIds.add(task.id)
      if (task.agentId !== undefined) workingAgentIds.add(task.agentId)
    }
    await inParallel(CONCURRENCY, lookUp, async (pipeline) => {
      const open = (await workflowsOf(endpoints, pipeline, call)).filter(isOpen)
      openOf.set(pipeline.id, new Set(open.map((workflow) => String(workflow.id))))
      for (const workflow of open) {
        if (workflow.agent_id) workingAgentIds.add(String(workflow.agent_id))
        if (workflow.state === 'running') runningTaskIds.add(String(workflow.id))
      }
    })
    return { workingAgentIds, runningTaskIds }
  }
}

/**
 * A running task says who has it; one that waits, or is pending without an agent, was never given out. A
 * pending one that names an agent was, and only the database knows what became of it.
 */
function isExplained(task: Task): boolean {
  return task.state !== 'pending' || task.agentId === undefined
}

function isOpen({ state }: Workflow): boolean {
  return state === 'pending' || state === 'running'
}

async function workflowsOf(
  endpoints: WorkEndpoints,
  { id, repo_id, number }: WireActivePipeline,
  call: CallOptions,
): Promise<readonly Workflow[]> {
  const found = await endpoints.pipeline(repo_id, number, call)
  if (found) return found.value.workflows ?? []
  // Its repository was removed since the list was read, or the token may not see it: that would be unknown.
  const again = (await endpoints.activePipelines(call)).value ?? []
  if (!again.some((pipeline) => pipeline.id === id)) return []
  throw new UnexpectedAnswer(
    `GET /api/repos/${repo_id}/pipelines/${number}: 404, although the pipeline is active: may the token's user see that repository?`,
  )
}
