import type { CallOptions } from '@woodpeckers/autoscaler-core'
import type { WireServer } from './api/wire.ts'
import type { HetznerSite } from './site.ts'

/**
 * The server of an agent, whoever's it is: by its id where that is known, so also one that lists do not show
 * yet, or that somebody has renamed; else by its name.
 */
export async function findServer(
  { api, ids }: HetznerSite,
  name: string,
  call: CallOptions,
): Promise<WireServer | undefined> {
  const id = ids.get(name)
  const known = id === undefined ? undefined : await api.server(id, call)
  if (known) return known
  const listed = await api.list('servers', { name }, call)
  return listed.find((server) => server.name === name)
}
