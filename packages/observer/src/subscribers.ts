import type { Clock, Log } from '@woodpeckers/autoscaler-core'
import type { EventView } from './views/event-view.ts'
import type { MachineBar, Sample } from './views/history-view.ts'

/** What is new since the notice before. */
export interface Notice {
  /** Whether there was a tick: `status()` has changed. */
  readonly isTick: boolean
  readonly events: readonly EventView[]
  /** Samples that were due. */
  readonly samples: readonly Sample[]
  /** Machines that are new, do something else, or have ended: the latest bar of each. */
  readonly machines: readonly MachineBar[]
}

export type Listener = (notice: Notice) => void

/** What is not told yet is limited as well: who was not told of it finds it in `events()`. */
const UNTOLD_AT_MOST = 5_000

/**
 * Tells listeners what is new, each in a moment of its own after the tick: none of them delays a tick or another
 * listener's news, and one that throws is told again the next time.
 */
export class Subscribers {
  readonly #clock: Clock
  readonly #log: Log
  readonly #listeners = new Set<Listener>()
  #isTick = false
  #events: EventView[] = []
  #samples: Sample[] = []
  #machines = new Map<string, MachineBar>()
  #isDue = false

  constructor(clock: Clock, log: Log) {
    this.#clock = clock
    this.#log = log
  }

  get count(): number {
    return this.#listeners.size
  }

  /** The answer ends it. */
  add(listener: Listener): () => void {
    // A function of its own: the same listener may be there twice.
    const own: Listener = (notice) => listener(notice)
    this.#listeners.add(own)
    return () => {
      this.#listeners.delete(own)
    }
  }

  tell({ isTick, events, samples, machines }: Notice): void {
    if (this.#listeners.size === 0) return
    this.#isTick ||= isTick
    this.#events.push(...events)
    this.#samples.push(...samples)
    for (const machine of machines) this.#machines.set(machine.name, machine)
    if (this.#events.length > UNTOLD_AT_MOST) this.#events = this.#events.slice(-UNTOLD_AT_MOST)
    if (this.#isDue) return
    this.#isDue = true
    this.#clock.startTimer(0, () => this.#deliver())
  }

  #deliver(): void {
    this.#isDue = false
    const notice: Notice = {
      isTick: this.#isTick,
      events: this.#events,
      samples: this.#samples,
      machines: [...this.#machines.values()],
    }
    this.#isTick = false
    this.#events = []
    this.#samples = []
    this.#machines = new Map()
    for (const listener of [...this.#listeners]) {
      try {
        listener(notice)
      } catch (error) {
        this.#log.warn({ err: error }, 'A listener of the observer failed')
      }
    }
  }
}
