import type { Random } from '@woodpeckers/autoscaler-core'
import type { QueuedTask } from './queued-task.ts'

/** A free slot of an agent, asking for work. It stays here although its machine is gone, if nobody says so. */
export interface Poller {
  readonly agentId: number
  score(task: QueuedTask): number
  /** Hands over a task, or sends it away. */
  settle(answer: QueuedTask | 'kicked' | 'lost'): void
}

/**
 * Who asks for work. Of equally good ones the first that is looked at wins, and the real server looks at
 * them in the order of a hash map with a random start among eight places: of two, the first wins 7 of 8.
 */
export class Pollers {
  readonly #places: (Poller | undefined)[] = []
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  get count(): number {
    return this.all().length
  }

  all(): Poller[] {
    return this.#places.filter((poller) => poller !== undefined)
  }

  add(poller: Poller): void {
    const free = this.#places.indexOf(undefined)
    if (free < 0) this.#places.push(poller)
    else this.#places[free] = poller
  }

  remove(poller: Poller): boolean {
    const place = this.#places.indexOf(poller)
    if (place < 0) return false
    this.#places[place] = undefined
    return true
  }

  bestFor(task: QueuedTask): Poller | undefined {
    let best: Poller | undefined
    let bestScore = 0
    for (const poller of this.#inSomeOrder()) {
      const score = poller.score(task)
      if (score <= bestScore) continue
      bestScore = score
      best = poller
    }
    return best
  }

  #inSomeOrder(): Poller[] {
    const start = Math.floor(this.#random() * Math.max(8, this.#places.length))
    return [...this.#places.slice(start), ...this.#places.slice(0, start)].filter(
      (poller) => poller !== undefined,
    )
  }
}
