import type { Chance } from './chance.ts'
import { Rounds } from './rounds.ts'
import type { SoakSite } from './soak-site.ts'

export interface Pace {
  /** Jobs of one pipeline. */
  readonly most: number
  /** Between two pipelines. */
  readonly quietMs: number
}

/** Orders pipelines of some jobs. */
export class Orders {
  ordered = 0
  readonly #site: SoakSite
  readonly #chance: Chance

  constructor(site: SoakSite, chance: Chance) {
    this.#site = site
    this.#chance = chance
  }

  /** Until it is stopped, or so many are ordered in all. */
  startUntil(total: number, { most, quietMs }: Pace): Rounds {
    return new Rounds(async (pause) => {
      const count = Math.min(this.#chance.whole(1, most), total - this.ordered)
      if (count > 0) await this.order(count)
      await pause(this.#chance.between(0.2 * quietMs, 1.8 * quietMs))
    })
  }

  async order(count: number, [least, most]: readonly [number, number] = SHORT_MS): Promise<void> {
    const jobs = Array.from({ length: count }, () => ({ durationMs: this.#chance.whole(least, most) }))
    await this.#site.order(jobs)
    this.ordered += count
  }
}

const SHORT_MS = [100, 2_000] as const
/** Long enough for a whole drain to pass, or for a server to come back and not know of them. */
export const LONG_MS = [30_000, 40_000] as const
