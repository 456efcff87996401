import {
  asOutsideError,
  type Clock,
  type Log,
  type Money,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import type { ChoiceApi, SpotPrices } from './api.ts'

export type Market = 'on-demand' | 'spot'

/** Whose prices are wanted, in one region. */
export interface PricedPlace {
  readonly api: ChoiceApi & { readonly region: string }
  readonly types: readonly string[]
}

export interface PriceNeeds {
  readonly places: readonly PricedPlace[]
  readonly markets: readonly Market[]
  readonly clock: Clock
  readonly log: Log
}

/** Ordinary prices change a few times a year, spot prices a few times a day. */
const FRESH_MS: Readonly<Record<Market, number>> = { 'on-demand': 12 * 3_600_000, spot: 3_600_000 }
const AFTER_FAILURE_MS = 3_600_000
const DEADLINE_MS = 60_000

/**
 * Prices of a pool's machine types, remembered for hours. Nobody waits for them: they are asked for in the
 * background, and until they are there, or where the rights for them are missing, there are none.
 */
export class KnownPrices {
  readonly #needs: PriceNeeds
  readonly #closing = new AbortController()
  readonly #dueAt = new Map<string, number>()
  readonly #onDemand = new Map<string, ReadonlyMap<string, Money>>()
  readonly #spot = new Map<string, SpotPrices>()
  readonly #told = new Set<string>()

  constructor(needs: PriceNeeds) {
    this.#needs = needs
  }

  /** `zone`: where a spot machine is; not known before it is made, when the dearest zone of its region counts. */
  of(market: Market, region: string, type: string, zone?: string): Money | undefined {
    if (market === 'on-demand') return this.#onDemand.get(region)?.get(type)
    const zones = this.#spot.get(region)?.get(type)
    if (zones === undefined) return undefined
    const known = zone === undefined ? undefined : zones.get(zone)
    return known ?? [...zones.values()].toSorted((a, b) => b.amount - a.amount)[0]
  }

  /** Asks anew for what has grown old, and does not wait for it. */
  refresh(): void {
    const { places, markets, clock } = this.#needs
    if (this.#closing.signal.aborted) return
    for (const place of places) {
      for (const market of markets) {
        const key = `${market} ${place.api.region}`
        if (place.types.length === 0 || clock.monotonic() < (this.#dueAt.get(key) ?? 0)) continue
        this.#dueAt.set(key, clock.monotonic() + FRESH_MS[market])
        void this.#ask(market, place, key)
      }
    }
  }

  close(): void {
    this.#closing.abort()
  }

  async #ask(market: Market, { api, types }: PricedPlace, key: string): Promise<void> {
    const { clock, log } = this.#needs
    const { signal } = this.#closing
    const late = () => new Transient('no answer within 60s')
    try {
      await withDeadline(clock, DEADLINE_MS, signal, late, async (within) => {
        if (market === 'spot') this.#spot.set(api.region, await api.spotPrices(types, within))
        else this.#onDemand.set(api.region, await api.onDemandPrices(types, within))
      })
    } catch (thrown) {
      if (signal.aborted) return
      this.#dueAt.set(key, clock.monotonic() + AFTER_FAILURE_MS)
      const message = `${market} prices of ${api.region} are not known: ${asOutsideError(thrown).message}`
      if (this.#told.has(message)) return
      this.#told.add(message)
      log.info({}, message)
    }
  }
}
