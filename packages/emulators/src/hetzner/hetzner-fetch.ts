import { type InProcessFetch, inProcessFetch } from '../http/in-process-fetch.ts'
import type { EmulatedHetzner } from './emulated-hetzner.ts'
import { react } from './hetzner-front.ts'

/** The cloud as a `fetch` within this process: so its time can be virtual. */
export function hetznerFetch(cloud: EmulatedHetzner): InProcessFetch {
  return inProcessFetch(cloud.clock, (call) => react(cloud, call))
}
