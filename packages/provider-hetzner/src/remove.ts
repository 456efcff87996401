import { asOutsideError, type CallOptions, Rejected } from '@woodpeckers/autoscaler-core'
import { findServer } from './find-server.ts'
import { isMarkedFor, POOL_LABEL } from './labels.ts'
import type { HetznerSite } from './site.ts'

/**
 * Ends the machine of this name, if it is ours. Its primary IPs were made with it, so they go with it; volumes
 * it never had.
 */
export async function remove(site: HetznerSite, name: string, call: CallOptions): Promise<void> {
  const { ids, pool } = site
  const server = await findServer(site, name, call)
  if (server && !isMarkedFor(pool, server.labels)) {
    throw new Rejected(
      `${name}: the server of this name lacks the label ${POOL_LABEL}=${pool}, so it is left alone`,
    )
  }
  if (server && server.status !== 'deleting') await end(site, server.id, call)
  ids.delete(name)
}

/** A deletion whose answer was lost goes on, and the next one finds the server locked: that is success as well. */
async function end({ api }: HetznerSite, id: number, call: CallOptions): Promise<void> {
  try {
    await api.deleteServer(id, call)
  } catch (thrown) {
    const error = asOutsideError(thrown)
    if ((error.kind !== 'transient' && !error.mayHaveActed) || call.signal.aborted) throw error
    const server = await api.server(id, call)
    if (server && server.status !== 'deleting') throw error
  }
}
