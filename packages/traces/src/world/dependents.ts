import type { TraceArrival } from '../format/trace.ts'
import type { Job } from './job.ts'

/** Which jobs wait for which others, by their ids in the trace. */
export class Dependents {
  /** Ids of jobs that are in the trace and have not ended. */
  readonly #open: Set<string>
  readonly #waiting: Map<string, Set<Job>> = new Map()
  readonly #left: Map<Job, Set<string>> = new Map()

  constructor(arrivals: readonly TraceArrival[]) {
    this.#open = new Set(arrivals.flatMap(({ id }) => (id === undefined ? [] : [id])))
  }

  /** What a job that comes now has to wait for. */
  openOf(after: readonly string[]): readonly string[] {
    return after.filter((id) => this.#open.has(id))
  }

  add(job: Job, open: readonly string[]): void {
    this.#left.set(job, new Set(open))
    for (const id of open) {
      const waiting = this.#waiting.get(id)
      if (waiting) waiting.add(job)
      else this.#waiting.set(id, new Set([job]))
    }
  }

  /** Has ended, or will never begin; answers the jobs that wait for nothing any more. */
  ended(id: string): readonly Job[] {
    this.#open.delete(id)
    const free: Job[] = []
    for (const job of this.#waiting.get(id) ?? []) {
      const left = this.#left.get(job)
      left?.delete(id)
      if (left?.size !== 0) continue
      this.#left.delete(job)
      free.push(job)
    }
    this.#waiting.delete(id)
    return free
  }
}
