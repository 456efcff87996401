import type { Classes, Labels, Matching } from '@woodpeckers/autoscaler-core'
import { matching } from '@woodpeckers/autoscaler-woodpecker'

/** Tasks that every pool's agents score alike. */
export interface TaskKind {
  /** Small, from 0 on. */
  readonly number: number
  /** By pool, in the order of the settings; 0 = never. */
  readonly scores: readonly number[]
}

/**
 * Woodpecker's matching with a memory. All agents of a pool offer the same, and a trace has few kinds of tasks,
 * so that each kind is matched with each pool once in the whole of a simulation. Labels are known by identity:
 * equal ones of a trace are made one.
 */
export class TaskKinds {
  readonly matching: Matching
  readonly #offers: readonly Labels[]
  readonly #byLabels: Map<Labels, TaskKind> = new Map()
  readonly #byScores: Map<string, TaskKind> = new Map()
  readonly #known: Map<string, Labels> = new Map()

  constructor(offers: readonly Labels[]) {
    this.#offers = offers
    this.matching = { ...matching, classify: (tasks, agents) => this.#classify(tasks, agents) }
  }

  /** One object for all labels that are equal. */
  intern(labels: Labels): Labels {
    const key = JSON.stringify(Object.entries(labels).sort())
    const known = this.#known.get(key)
    if (known) return known
    this.#known.set(key, labels)
    return labels
  }

  of(labels: Labels): TaskKind {
    const known = this.#byLabels.get(labels)
    if (known) return known
    const scores = this.#offers.map((offer) => matching.score(labels, offer))
    const key = scores.join(' ')
    const kind = this.#byScores.get(key) ?? { number: this.#byScores.size, scores }
    this.#byScores.set(key, kind)
    this.#byLabels.set(labels, kind)
    return kind
  }

  #classify(tasks: readonly Labels[], agents: readonly Labels[]): Classes {
    return {
      tasks: tasks.map((labels) => this.of(labels).number),
      agents: agents.map((labels) => this.#offers.indexOf(labels)),
    }
  }
}
