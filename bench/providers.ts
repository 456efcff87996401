import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import { EmulatedHetzner, serveHetzner } from '@woodpeckers/autoscaler-emulators'
import { idleMemory } from './idle-process.ts'
import { say, title } from './measure.ts'

/** What each cloud costs in memory: code of one that is not used is not loaded. */
export async function benchProviders(): Promise<void> {
  title('The program from source, idle, by provider')
  const cloud = await serveHetzner(new EmulatedHetzner({ clock: systemClock, random: systemRandom }))
  const memory = await idleMemory(['--provider=hetznercloud'], 10_000, {
    WOODPECKER_HETZNERCLOUD_API_TOKEN: 'emulated-hetzner-token',
    WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx23:fsn1',
    WOODPECKER_HETZNERCLOUD_ENDPOINT: cloud.url,
  })
  say('--provider=hetznercloud', memory)
  await cloud.close()
}
