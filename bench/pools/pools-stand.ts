import { type AutoscalerOptions, type Clock, type Random, systemClock } from '@woodpeckers/autoscaler-core'
import { EmulatedAgent } from '@woodpeckers/autoscaler-emulators'
import { openStand } from '../stand.ts'
import type { BenchPool } from '../wiring.ts'
import { type BenchCloud, threeClouds } from './three-clouds.ts'

const MACHINES_OF_A_POOL = 5

export interface PoolsStand {
  readonly options: AutoscalerOptions
  readonly clouds: readonly BenchCloud[]
  /** The name of a pool's cloud. */
  cloudOf(pool: string): string
  /** Where the emulated server listens. */
  readonly serverUrl: string
  close(): Promise<void>
}

/** So many pools in turn at each of three clouds, five machines in each, their agents in contact and idle. */
export async function openPools(
  pools: number,
  random: Random,
  clock: Clock = systemClock,
  unlimited = false,
): Promise<PoolsStand> {
  const stand = await openStand(clock, random)
  const clouds = await threeClouds({ clock, random, unlimited })
  const cloudAt = (at: number) => clouds[at % clouds.length]!
  const settings: BenchPool[] = []
  for (let at = 0; at < pools; at++) {
    const id = `p${at}`
    const provider = await cloudAt(at).open(id)
    settings.push({ id, provider, min: MACHINES_OF_A_POOL, max: MACHINES_OF_A_POOL })
    for (let machine = 0; machine < MACHINES_OF_A_POOL; machine++) {
      const name = `pool-${id}-agent-m${machine}`
      cloudAt(at).plant(id, name)
      const { token } = stand.server.records.create({ name, no_schedule: false }, 1)
      const link = stand.server.link(token)
      new EmulatedAgent({ link, clock, random, settings: { hostname: name } }).start()
    }
  }
  return {
    options: stand.options(settings),
    clouds,
    cloudOf: (pool) => cloudAt(Number(pool.slice(1))).name,
    serverUrl: stand.served.url,
    async close() {
      for (const { provider } of settings) await provider.close?.()
      for (const cloud of clouds) await cloud.close()
      await stand.close()
    },
  }
}
