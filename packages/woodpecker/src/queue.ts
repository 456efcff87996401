import type { QueueReading, Task } from '@woodpeckers/autoscaler-core'
import type { Answered } from './asking.ts'
import type { WireQueue, WireTask } from './schemas.ts'

/** The queue in our words. `worker_count` counts the slots that ask for work, ghosts of dead agents too. */
export function queueOf({ value, serverNowAt }: Answered<WireQueue>): QueueReading {
  const all = (list: readonly WireTask[] | null, state: Task['state']) =>
    (list ?? []).map((task) => taskOf(task, state, serverNowAt))
  return {
    tasks: [
      ...all(value.pending, 'pending'),
      ...all(value.waiting_on_deps, 'waiting'),
      ...all(value.running, 'running'),
    ],
    paused: value.paused,
    pollingSlots: value.stats.worker_count,
  }
}

function taskOf(wire: WireTask, state: Task['state'], serverNowAt: number): Task {
  const limit = wire.concurrency_limit ?? 0
  const group = wire.concurrency_group ?? ''
  return {
    id: wire.id,
    name: wire.name ?? '',
    title: titleOf(wire),
    labels: wire.labels ?? {},
    state,
    ...(wire.agent_id !== undefined && wire.agent_id > 0 ? { agentId: String(wire.agent_id) } : {}),
    dependencies: wire.dependencies ?? [],
    ...(limit > 0 && group !== '' ? { concurrency: { group, limit } } : {}),
    // Early 3.x servers do not say when.
    createdAt: wire.created === undefined ? serverNowAt : wire.created * 1000,
  }
}

/** Such as `acme/app#12 build`; early 3.x servers give the repository's label alone. */
function titleOf(wire: WireTask): string {
  const repo = wire.labels?.['repo'] ?? ''
  const number = wire.pipeline_number === undefined ? '' : `#${wire.pipeline_number}`
  return `${repo}${number} ${wire.name ?? ''}`.trim() || `task ${wire.id}`
}
