import { serveCloud } from '../cloud/serve-cloud.ts'
import type { EmulatedHetzner } from './emulated-hetzner.ts'
import { react } from './hetzner-front.ts'

export interface ServedHetzner {
  /** With `/v1`: what `--hetznercloud-endpoint` takes. */
  readonly url: string
  close(): Promise<void>
}

/** Puts the cloud on a port of this computer; 0 or none: any free one. */
export async function serveHetzner(cloud: EmulatedHetzner, port: number = 0): Promise<ServedHetzner> {
  const { origin, close } = await serveCloud((call) => react(cloud, call), port)
  return { url: `${origin}/v1`, close }
}
