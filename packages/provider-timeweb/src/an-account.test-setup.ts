import {
  type AgentDeployment,
  createShare,
  type Log,
  namePrefix,
  type Provider,
  renderCloudInit,
} from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import {
  EmulatedTimeweb,
  type EmulatedTimewebOptions,
  seededRandom,
  timewebFetch,
} from '@woodpeckers/autoscaler-emulators'
import type { Connections, Fetch } from '@woodpeckers/autoscaler-http'
import { type TimewebOptions, timewebOptions } from './options.ts'
import { createTimewebProvider } from './timeweb-provider.ts'

export const TOKEN = 'timeweb-token'
export const AGENT_SECRET = 'agent-s3cret-of-a-test'

/** An emulated account in virtual time, with all that was logged. */
export interface AnAccount {
  readonly clock: ManualClock
  readonly cloud: EmulatedTimeweb
  readonly logged: string[]
  readonly share: ReturnType<typeof createShare>
  open(options?: Partial<TimewebOptions>, pool?: string, fetch?: Fetch): Promise<Provider>
  /** Lets time pass until it is done. */
  inTime<T>(work: Promise<T>, withinMs?: number): Promise<T>
}

export function anAccount(settings: Partial<EmulatedTimewebOptions> = {}): AnAccount {
  const clock = new ManualClock()
  const cloud = new EmulatedTimeweb({ clock, random: seededRandom(1), ...settings })
  const logged: string[] = []
  const share = createShare()
  const inTime = async <T>(work: Promise<T>, withinMs = 600_000): Promise<T> => {
    let isDone = false
    work.then(
      () => (isDone = true),
      () => (isDone = true),
    )
    for (let passedMs = 0; !isDone && passedMs < withinMs; passedMs += 100) await clock.advance(100)
    if (!isDone) throw new Error(`not done within ${withinMs} ms`)
    return work
  }
  return {
    clock,
    cloud,
    logged,
    share,
    inTime,
    open: (options = {}, pool = '1', fetch = timewebFetch(cloud)) =>
      inTime(
        createTimewebProvider(
          {
            options: someOptions(options),
            pool: { id: pool, namePrefix: namePrefix(pool), labels: {} },
            log: logInto(logged),
            clock,
            random: seededRandom(2),
            share,
          },
          connectionsOf(fetch),
        ),
      ),
  }
}

export function someOptions(options: Partial<TimewebOptions>): TimewebOptions {
  return {
    ...timewebOptions.parse({
      apiToken: TOKEN,
      osId: 'ubuntu-24.04',
      presetId: ['2449'],
      apiUrl: 'http://timeweb.invalid',
    }),
    ...options,
  }
}

export function deployment(name: string, pool = '1'): AgentDeployment {
  const environment = { WOODPECKER_SERVER: 'ci.invalid:9000', WOODPECKER_AGENT_SECRET: AGENT_SECRET }
  const image = 'woodpeckerci/woodpecker-agent:latest'
  const userData = renderCloudInit({ name, poolId: pool, image, environment, labels: {} })
  return { name, pool, environment, image, userData }
}

/** A signal that nobody aborts. */
export function call(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal }
}

export function logInto(logged: string[]): Log {
  const write = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`)
  return { debug: write, info: write, warn: write, error: write }
}

function connectionsOf(fetch: Fetch): Connections {
  return { fetch, close: async () => {} }
}
