import { serveCloud } from '../cloud/serve-cloud.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { react } from './timeweb-front.ts'

export interface ServedTimeweb {
  /** What `--timewebcloud-api-url` takes. */
  readonly url: string
  close(): Promise<void>
}

/** Puts the cloud on a port of this computer; 0 or none: any free one. */
export async function serveTimeweb(cloud: EmulatedTimeweb, port: number = 0): Promise<ServedTimeweb> {
  const { origin, close } = await serveCloud((call) => react(cloud, call), port)
  return { url: origin, close }
}
