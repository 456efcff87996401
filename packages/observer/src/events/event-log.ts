import { Ring } from '../ring.ts'
import type { EventView } from '../views/event-view.ts'
import type { Happening } from './happenings.ts'

/** The latest events, numbered from 1 on. */
export class EventLog {
  readonly #ring: Ring<EventView>
  #seq = 0

  constructor(size: number) {
    this.#ring = new Ring(size)
  }

  add(happening: Happening): EventView {
    const event = { seq: ++this.#seq, ...happening }
    this.#ring.push(event)
    return event
  }

  /**
   * Those after `seq`, oldest first: of more than `limit` the first of them, so that a reader can go on from its last.
   * A number that was not given yet is one of an earlier process: all are new to that reader.
   */
  after(seq: number, limit: number): readonly EventView[] {
    const forgotten = this.#seq - this.#ring.length
    const from = seq > this.#seq ? 0 : Math.max(0, seq - forgotten)
    const found: EventView[] = []
    for (const event of this.#ring.values(from)) {
      if (found.length >= limit) break
      found.push(event)
    }
    return found
  }

  /** The latest ones, oldest first. */
  latest(limit: number): readonly EventView[] {
    return [...this.#ring.values(Math.max(0, this.#ring.length - limit))]
  }

  /** The latest about one machine or task, oldest first. */
  about(subject: string, limit: number): readonly EventView[] {
    const found: EventView[] = []
    for (let index = this.#ring.length - 1; index >= 0 && found.length < limit; index--) {
      const event = this.#ring.at(index)!
      if (event.subject === subject || event.subjects?.includes(subject)) found.push(event)
    }
    return found.reverse()
  }
}
