import type { Random } from '@woodpeckers/autoscaler-core'

/** How long machines boot: within a range, but for those that are foredoomed to be slow. */
export class Boots {
  readonly #range: readonly [least: number, most: number]
  readonly #slow: number[] = []

  constructor(range: readonly [least: number, most: number]) {
    this.#range = range
  }

  slow(count: number, bootMs: number): void {
    for (let made = 0; made < count; made++) this.#slow.push(bootMs)
  }

  readonly next = (random: Random): number => {
    const [least, most] = this.#range
    return this.#slow.shift() ?? least + random() * (most - least)
  }
}
