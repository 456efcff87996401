import { systemClock, systemRandom } from '@woodpeckers/autoscaler-core'
import {
  type agentsOnMachines,
  EmulatedHetzner,
  EmulatedTimeweb,
  serveHetzner,
  serveTimeweb,
} from '@woodpeckers/autoscaler-emulators'

interface CloudServer {
  readonly name: string
}

/** A cloud behind its own API, whose answers can be held; what it holds is told by the cloud, not by its lists. */
export interface HeldCloud {
  /** How the program is told of it. */
  readonly flags: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly faults: EmulatedHetzner['faults']
  /** What there is, and costs money. */
  servers(): readonly CloudServer[]
  /** All that ever was. */
  books(): readonly CloudServer[]
  /** Whatever else would be paid for on and on. */
  leftovers(): readonly unknown[]
  close(): Promise<void>
}

export interface HeldCloudSettings {
  readonly onBoot: ReturnType<typeof agentsOnMachines>
  /** How long a new server is missing from lists. */
  readonly listLagMs: number
}

export type OpenCloud = (settings: HeldCloudSettings) => Promise<HeldCloud>

const own = { clock: systemClock, random: systemRandom }
const BOOT_MS = 2_000

async function openHetzner(settings: HeldCloudSettings): Promise<HeldCloud> {
  const cloud = new EmulatedHetzner({ ...own, ...settings, bootMs: BOOT_MS, answerMs: 20 })
  const served = await serveHetzner(cloud)
  return {
    flags: [
      '--provider=hetznercloud',
      '--hetznercloud-server-type=cx23:fsn1',
      '--hetznercloud-ssh-keys=admin',
      `--hetznercloud-endpoint=${served.url}`,
    ],
    environment: { WOODPECKER_HETZNERCLOUD_API_TOKEN: 'emulated-hetzner-token' },
    faults: cloud.faults,
    servers: () => cloud.servers,
    books: () => cloud.books,
    leftovers: () => [],
    close: served.close,
  }
}

async function openTimeweb(settings: HeldCloudSettings): Promise<HeldCloud> {
  const cloud = new EmulatedTimeweb({ ...own, ...settings, bootMs: BOOT_MS })
  const served = await serveTimeweb(cloud)
  return {
    flags: [
      '--provider=timewebcloud',
      '--timewebcloud-os-id=ubuntu-24.04',
      `--timewebcloud-preset-id=${cloud.settings.catalogue.presets[0]?.id}`,
      `--timewebcloud-api-url=${served.url}`,
    ],
    environment: { WOODPECKER_TIMEWEBCLOUD_API_TOKEN: 'timeweb-token' },
    faults: cloud.faults,
    servers: () => cloud.servers,
    books: () => cloud.books,
    leftovers: () => cloud.floatingIps,
    close: served.close,
  }
}

export const heldClouds: readonly (readonly [name: string, open: OpenCloud])[] = [
  ['Hetzner', openHetzner],
  ['Timeweb', openTimeweb],
]
