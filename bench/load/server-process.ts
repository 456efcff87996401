import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { EmulatedWoodpecker, serveWoodpecker } from '@woodpeckers/autoscaler-emulators'
import { type Crowd, fill } from './crowd.ts'

/** Where the server listens, once the crowd is there. */
export interface ServerReady {
  readonly url: string
  readonly agentAddress: string
}

// A process of its own, so that what it costs is not taken for the engine's cost.
const crowd: Crowd = JSON.parse(process.argv[2] ?? '{}')
const server = new EmulatedWoodpecker({ clock: systemClock, random: systemRandom })
const { url, agentAddress } = await serveWoodpecker(server)
await fill(server, crowd)
process.send?.({ url, agentAddress } satisfies ServerReady)
