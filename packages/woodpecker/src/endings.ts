import type { CallOptions, TaskEnding } from '@woodpeckers/autoscaler-core'
import type { Endpoints } from './endpoints.ts'
import { inParallel } from './in-parallel.ts'
import type { WireQueue } from './schemas.ts'

/** So many pipelines are looked up at a time, as each costs the server a read of its database. */
const PIPELINES_AT_MOST = 5
const CONCURRENCY = 2

interface Place {
  readonly repoId: number
  readonly number: number
}

/** What became of tasks that have left the queue: the queue itself does not say. */
export class Endings {
  readonly #endpoints: Pick<Endpoints, 'pipeline'>
  /** Of the tasks of the last two queues. */
  #places: ReadonlyMap<string, Place> = new Map()
  #placesBefore: ReadonlyMap<string, Place> = new Map()

  constructor(endpoints: Pick<Endpoints, 'pipeline'>) {
    this.#endpoints = endpoints
  }

  /** Remembers whose pipelines the tasks are; servers before 3.10 do not say. */
  note({ pending, running }: WireQueue): void {
    this.#placesBefore = this.#places
    this.#places = new Map(
      [...(pending ?? []), ...(running ?? [])].flatMap(({ id, repo_id, pipeline_number }) =>
        repo_id === undefined || pipeline_number === undefined
          ? []
          : [[id, { repoId: repo_id, number: pipeline_number }] as const],
      ),
    )
  }

  /** Of those tasks that have ended, and of which it can be told. */
  async read(taskIds: readonly string[], call: CallOptions): Promise<readonly TaskEnding[]> {
    const pipelines = new Map<string, Place>()
    for (const id of taskIds) {
      const place = this.#places.get(id) ?? this.#placesBefore.get(id)
      if (place) pipelines.set(`${place.repoId}/${place.number}`, place)
    }
    const wanted = new Set(taskIds)
    const endings: TaskEnding[] = []
    await inParallel(
      CONCURRENCY,
      [...pipelines.values()].slice(0, PIPELINES_AT_MOST),
      async ({ repoId, number }) => {
        const found = await this.#endpoints.pipeline(repoId, number, call)
        for (const { id, state, agent_id, started, finished } of found?.value.workflows ?? []) {
          // What people have cancelled says nothing about the agent.
          if (!wanted.has(String(id)) || !agent_id || !started || !finished || state === 'killed') continue
          endings.push({
            taskId: String(id),
            agentId: String(agent_id),
            failed: state === 'failure' || state === 'error',
            ranMs: Math.max(0, finished - started) * 1000,
          })
        }
      },
    )
    return endings
  }
}
