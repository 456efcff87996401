import type { Random } from '@woodpeckers/autoscaler-core'

const BOOTS_AFTER_START_MS = 20_000

/** How long machines start and boot: within a range, but for those that are foredoomed to be slow. */
export class Boots {
  readonly #range: readonly [least: number, most: number]
  readonly #slow: number[] = []
  readonly #slowStarts: number[] = []

  constructor(range: readonly [least: number, most: number]) {
    this.#range = range
  }

  slow(count: number, bootMs: number): void {
    for (let made = 0; made < count; made++) this.#slow.push(bootMs)
  }

  /** They boot once they have started. */
  slowStart(count: number, startMs: number): void {
    for (let made = 0; made < count; made++) this.#slowStarts.push(startMs)
    this.slow(count, startMs + BOOTS_AFTER_START_MS)
  }

  readonly start = (): number | undefined => this.#slowStarts.shift()

  readonly next = (random: Random): number => {
    const [least, most] = this.#range
    return this.#slow.shift() ?? least + random() * (most - least)
  }
}
