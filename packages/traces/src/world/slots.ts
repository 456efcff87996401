import type { Random } from '@woodpeckers/autoscaler-core'
import type { LeanAgent } from './lean-agent.ts'
import type { TaskKind } from './task-kinds.ts'

/** The server looks at those who ask from one of so many places on. */
const LEAST_PLACES = 8

/**
 * The slots that ask for work. Of equally good ones the first that is looked at gets the task, and Woodpecker
 * looks at them in the order of a hash map with a random start.
 */
export class Slots {
  readonly #places: (LeanAgent | undefined)[] = []
  readonly #free: number[] = []
  /** Slots that ask, by pool. */
  readonly #asking: number[]
  readonly #random: Random

  constructor(pools: number, random: Random) {
    this.#asking = Array.from({ length: pools }, () => 0)
    this.#random = random
  }

  get count(): number {
    return this.#places.length - this.#free.length
  }

  add(agent: LeanAgent): void {
    const place = this.#free.pop() ?? this.#places.length
    this.#places[place] = agent
    this.#asking[agent.poolAt]!++
    agent.polling++
  }

  removeAll(agent: LeanAgent): void {
    for (let place = 0; agent.polling > 0; place++) if (this.#places[place] === agent) this.#remove(place)
  }

  /** The best score that a slot which asks now has for the kind; 0: none takes it. */
  bestScore({ scores }: TaskKind): number {
    let best = 0
    for (let pool = 0; pool < scores.length; pool++)
      if (this.#asking[pool]! > 0 && scores[pool]! > best) best = scores[pool]!
    return best
  }

  /** Takes one of the best slots for the kind. */
  take(kind: TaskKind): LeanAgent | undefined {
    const best = this.bestScore(kind)
    if (best === 0) return undefined
    const places = this.#places
    let place = Math.floor(this.#random() * Math.max(LEAST_PLACES, places.length))
    for (let looked = 0; looked <= places.length; looked++, place++) {
      if (place >= places.length) place = 0
      const agent = places[place]
      if (!agent || kind.scores[agent.poolAt] !== best) continue
      this.#remove(place)
      return agent
    }
    return undefined
  }

  #remove(place: number): void {
    const agent = this.#places[place]!
    this.#places[place] = undefined
    this.#free.push(place)
    this.#asking[agent.poolAt]!--
    agent.polling--
  }
}
