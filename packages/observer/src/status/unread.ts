import { formatDuration, type OutsideError, type TickReport } from '@woodpeckers/autoscaler-core'

/** What could not be read, and since when it has not been. */
export interface Unread {
  /** As in “… cannot be read”. */
  readonly what: string
  readonly sinceAt: number
  readonly error: OutsideError
}

/** Keeps in mind since when something cannot be read. */
export class Unreadable {
  #since: ReadonlyMap<string, number> = new Map()
  #now: readonly Unread[] = []

  onTick({ snapshot: { takenAt, queue, agents, machines } }: Pick<TickReport, 'snapshot'>): void {
    const now: Unread[] = []
    const note = (what: string, error: OutsideError): void => {
      now.push({ what, error, sinceAt: this.#since.get(what) ?? takenAt })
    }
    if (!agents.ok) note('The list of agents', agents.error)
    if (!queue.ok) note('The queue', queue.error)
    for (const [pool, reading] of machines)
      if (!reading.ok) note(`The list of machines of the pool ${pool}`, reading.error)
    this.#now = now
    if (now.length > 0 || this.#since.size > 0)
      this.#since = new Map(now.map(({ what, sinceAt }) => [what, sinceAt]))
  }

  get now(): readonly Unread[] {
    return this.#now
  }
}

export function unreadText({ what, sinceAt, error }: Unread, at: number): string {
  const since = at - sinceAt >= 1_000 ? ` since ${formatDuration(at - sinceAt)}` : ''
  return `${what} cannot be read${since}: ${error.message}.`
}
