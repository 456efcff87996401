import {
  type AgentDeployment,
  type CallOptions,
  createShare,
  type Log,
  namePrefix,
  type Provider,
  type ProviderContext,
  renderCloudInit,
} from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import {
  EmulatedHetzner,
  type EmulatedHetznerOptions,
  hetznerFetch,
  seededRandom,
} from '@woodpeckers/autoscaler-emulators'
import type { Fetch } from '@woodpeckers/autoscaler-http'
import { createHetznerProvider } from './hetzner-provider.ts'
import { hetznerOptions } from './options.ts'

export const TOKEN = 'emulated-hetzner-token'
export const POOL = 'test'
export const call: CallOptions = { signal: new AbortController().signal }

/** A project at the emulated cloud, in virtual time, with all that was logged. */
export interface Project {
  readonly clock: ManualClock
  readonly cloud: EmulatedHetzner
  readonly logged: readonly string[]
  /** `fetch` in place of the cloud's own. */
  open(options?: Readonly<Record<string, unknown>>, pool?: string, fetch?: Fetch): Promise<Provider>
  /** Lets time pass until the work is over. */
  within<T>(forMs: number, work: Promise<T>): Promise<T>
}

export function aProject(settings: Partial<EmulatedHetznerOptions> = {}): Project {
  const clock = new ManualClock()
  const random = seededRandom(1)
  const cloud = new EmulatedHetzner({ clock, random, ...settings })
  const logged: string[] = []
  const share = createShare()
  const write = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`)
  const log: Log = { debug: write, info: write, warn: write, error: write }
  return {
    clock,
    cloud,
    logged,
    open(options = {}, pool = POOL, fetch = hetznerFetch(cloud)) {
      const context: ProviderContext<ReturnType<typeof hetznerOptions.parse>> = {
        options: hetznerOptions.parse({
          apiToken: TOKEN,
          serverType: ['cx23:fsn1', 'cx33:nbg1', 'cpx22'],
          sshKeys: ['admin'],
          ...options,
        }),
        pool: { id: pool, namePrefix: namePrefix(pool), labels: {} },
        log,
        clock,
        random,
        share,
      }
      return createHetznerProvider(context, fetch)
    },
    async within(forMs, work) {
      work.catch(() => {})
      await clock.advance(forMs)
      return await work
    },
  }
}

export const AGENT_SECRET = 'agent-secret-4711'

export function anAgent(suffix: string, offering?: string): AgentDeployment {
  const name = `${namePrefix(POOL)}${suffix}`
  const environment = { WOODPECKER_HOSTNAME: name, WOODPECKER_AGENT_SECRET: AGENT_SECRET }
  const image = 'woodpeckerci/woodpecker-agent:v3'
  const userData = renderCloudInit({ name, poolId: POOL, environment, image, labels: {} })
  return { name, pool: POOL, environment, image, userData, ...(offering ? { offering } : {}) }
}
