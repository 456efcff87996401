import {
  type AutoscalerOptions,
  type Clock,
  type Random,
  silentLog,
  systemClock,
  systemRandom,
} from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  EmulatedWoodpecker,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { createWoodpeckerServer } from '@woodpeckers/autoscaler-woodpecker'
import { autoscalerOptions, type BenchPool } from './wiring.ts'

export interface Stand {
  readonly server: EmulatedWoodpecker
  readonly served: ServedWoodpecker
  /** The real engine with the real client, for these pools. */
  options(pools: readonly BenchPool[]): AutoscalerOptions
  close(): Promise<void>
}

/** An emulated server in this process, and the real engine and client on the other end of HTTP. */
export async function openStand(clock: Clock = systemClock, random: Random = systemRandom): Promise<Stand> {
  const server = new EmulatedWoodpecker({ clock, random })
  const served = await serveWoodpecker(server)
  const ci = clientOf(served, clock, random)
  return {
    server,
    served,
    options: (pools) => autoscalerOptions({ ci, clock, random }, pools),
    async close() {
      await ci.close()
      await served.close()
    },
  }
}

/** The real client of a server that listens there. */
export function clientOf(
  { url, agentAddress }: Pick<ServedWoodpecker, 'url' | 'agentAddress'>,
  clock: Clock = systemClock,
  random: Random = systemRandom,
): ReturnType<typeof createWoodpeckerServer> {
  return createWoodpeckerServer({
    url,
    token: adminToken,
    grpcAddr: agentAddress,
    grpcSecure: false,
    clock,
    random,
    log: silentLog,
  })
}
