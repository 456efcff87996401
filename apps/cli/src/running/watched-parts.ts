import type { Clock } from '@woodpeckers/autoscaler-core'
import type { Metrics } from '@woodpeckers/autoscaler-observer/metrics'
import { listenAddress } from '../http/listen-address.ts'
import type { HttpSettings } from '../settings/http-shape.ts'
import type { Parts } from '../surroundings.ts'
import { readVersion } from '../version.ts'

/** Parts whose calls are measured, and where it is written down. */
export interface WatchedParts {
  readonly parts: Parts
  /** `undefined`: nobody could read them, so nothing is measured. */
  readonly metrics: Metrics | undefined
}

/** Counts and times the calls of the server, and of providers by their name. */
export async function watchParts(
  parts: Parts,
  { listen }: HttpSettings,
  clock: Clock,
): Promise<WatchedParts> {
  if (listen !== undefined && !listenAddress(listen)) return { parts, metrics: undefined }
  const { Metrics, observedProvider, observedServer } = await import(
    '@woodpeckers/autoscaler-observer/metrics'
  )
  const metrics = new Metrics({ clock, version: readVersion() })
  const watched: Parts = {
    ...parts,
    connectServer: async (options) => observedServer(await parts.connectServer(options), metrics),
    async createProvider(definition, context) {
      const provider = await (parts.createProvider?.(definition, context) ?? definition.create(context))
      // One written in JavaScript may be anything: who asked for it looks at it.
      return typeof provider === 'object' && provider
        ? observedProvider(provider, definition.name, metrics)
        : provider
    },
  }
  return { parts: watched, metrics }
}
