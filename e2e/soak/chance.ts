import { seededRandom } from '@woodpeckers/autoscaler-emulators'

/** Choices of one tormentor: with the same seed and name always the same ones, whatever the others do. */
export class Chance {
  readonly #random: () => number

  constructor(seed: number, name: string) {
    let mixed = seed
    for (const letter of name) mixed = (Math.imul(mixed, 31) + letter.charCodeAt(0)) >>> 0
    this.#random = seededRandom(mixed)
  }

  between(least: number, most: number): number {
    return least + this.#random() * (most - least)
  }

  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1))
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.#random() * from.length)]
  }

  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.#random() }))
    return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item)
  }
}
