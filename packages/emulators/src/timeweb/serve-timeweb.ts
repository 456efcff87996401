import { serveCloud } from '../cloud/serve-cloud.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { react } from './timeweb-front.ts'

export interface ServedTimeweb {
  /** What `--timewebcloud-api-url` takes. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Puts the cloud on a port of this computer; 0 or none: any free one. Who is shut out gets a connection here, and
 * no answer on it: packets cannot be dropped on loopback.
 */
export async function serveTimeweb(cloud: EmulatedTimeweb, port: number = 0): Promise<ServedTimeweb> {
  const { origin, close } = await serveCloud(async (request) => {
    const reaction = await react(cloud, request)
    return reaction === 'hang' || reaction === 'shut-out' ? 'silent' : reaction
  }, port)
  return { url: origin, close }
}
