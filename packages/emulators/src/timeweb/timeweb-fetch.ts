import { type InProcessFetch, inProcessFetch } from '../http/in-process-fetch.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { react } from './timeweb-front.ts'

/** The cloud as a `fetch` within this process: so its time can be virtual. */
export function timewebFetch(cloud: EmulatedTimeweb): InProcessFetch {
  return inProcessFetch(cloud.clock, (call) => react(cloud, call))
}
