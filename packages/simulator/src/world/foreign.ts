import type { EmulatedWoodpecker } from '@woodpeckers/autoscaler-emulators'
import type { PoolSetup } from '../scenario/scenario.ts'
import type { SimulatedCloud } from './clouds/simulated-cloud.ts'

/** Machines and a record that somebody else made, with names close to ours: nobody may touch them. */
export class Foreign {
  readonly #names: ReadonlySet<string>
  readonly #clouds: readonly SimulatedCloud[]
  readonly #server: EmulatedWoodpecker

  constructor(pools: readonly PoolSetup[], clouds: readonly SimulatedCloud[], server: EmulatedWoodpecker) {
    this.#clouds = clouds
    this.#server = server
    const close = pools.flatMap(({ id }) => [`pool-${id}x-agent-abcdef`, `my-pool-${id}-agent-abcdef`])
    this.#names = new Set(['web-1', ...close])
    for (const cloud of clouds) for (const name of this.#names) cloud.plantForeign(name)
    server.records.create({ name: RECORD, no_schedule: false }, 1)
  }

  /** Those that are not as they were. */
  touched(): readonly string[] {
    const row = this.#server.records.list().find(({ name }) => name === RECORD)
    // They were the first ones made.
    const machines = this.#clouds.flatMap((cloud) =>
      cloud
        .books()
        .slice(0, this.#names.size)
        .filter(({ name, isThere }) => !isThere || !this.#names.has(name)),
    )
    return [
      ...machines.map(({ name }) => name),
      ...(row === undefined || row.no_schedule ? [`the record ${RECORD}`] : []),
    ]
  }
}

const RECORD = 'pool-of-somebody-else'
