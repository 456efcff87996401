import type { Labels, Task, TaskEnding } from '@woodpeckers/autoscaler-core'

/** A job that has left the queue, with what was seen of it. */
export interface LeftJob {
  readonly id: string
  readonly arrivedAt: number
  readonly labels: Labels
  readonly after: readonly string[]
  /** From when to when it was seen to run; `undefined`: never, or not from its beginning. */
  readonly seenMs: number | undefined
}

interface Watched {
  readonly arrivedAt: number
  readonly labels: Labels
  readonly after: readonly string[]
  /** Seen to run first then; `before`: it ran when the watch began, or after a gap. */
  startedAt: number | 'before' | undefined
}

/** Its pipeline was asked for so long before it came into the queue: it was held back, such as until its approval. */
const HELD_BACK_MS = 60_000
/** What happened meanwhile cannot be said to the second. */
const GAP_MS = 60_000

/** Notices by looks at the queue which jobs come, begin and leave. All times are the server's, as far as it tells. */
export class WatchedJobs {
  readonly #jobs: Map<string, Watched> = new Map()
  #lookedAt: number | undefined

  get count(): number {
    return this.#jobs.size
  }

  /** Those that have left the queue since the last look. */
  look(tasks: readonly Task[], at: number): readonly LeftJob[] {
    const before = this.#lookedAt
    const isGap = before === undefined || at - before > GAP_MS
    const there = new Set<string>()
    for (const task of tasks) {
      there.add(task.id)
      const known = this.#jobs.get(task.id)
      const job = known ?? this.#begin(task, before, at)
      if (task.state === 'running') job.startedAt ??= isGap ? 'before' : at
      // It was lost by an agent, and waits again.
      else if (task.state === 'pending') job.startedAt = undefined
    }
    const left: LeftJob[] = []
    for (const [id, { arrivedAt, labels, after, startedAt }] of this.#jobs) {
      if (there.has(id)) continue
      this.#jobs.delete(id)
      const seenMs = typeof startedAt === 'number' && !isGap ? at - startedAt : undefined
      left.push({ id, arrivedAt, labels, after, seenMs })
    }
    this.#lookedAt = at
    return left
  }

  #begin({ id, createdAt, labels, dependencies }: Task, before: number | undefined, at: number): Watched {
    const wasHeldBack = before !== undefined && createdAt < before - HELD_BACK_MS
    const job: Watched = {
      arrivedAt: wasHeldBack ? at : Math.min(createdAt, at),
      labels,
      after: dependencies,
      startedAt: undefined,
    }
    this.#jobs.set(id, job)
    return job
  }
}

/** How long it ran: what the server says, else what was seen; `undefined`: nobody knows. */
export function durationOf(job: LeftJob, endings: readonly TaskEnding[]): number | undefined {
  return endings.find(({ taskId }) => taskId === job.id)?.ranMs ?? job.seenMs
}
