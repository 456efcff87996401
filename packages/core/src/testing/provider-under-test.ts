import assert from 'node:assert/strict'
import { namePrefix } from '../model/names.ts'
import type { PoolId } from '../model/pool.ts'
import { type Clock, sleep } from '../ports/clock.ts'
import type { AgentDeployment, Provider } from '../ports/provider.ts'
import { systemClock } from '../ports/system.ts'

/** What `describeProvider` needs of a provider, made anew for each test. */
export interface ProviderSetup {
  readonly provider: Provider
  readonly pool: { readonly id: PoolId }
  /** Ends what the test was run on: a server, a folder. Machines are removed before. */
  readonly cleanup?: () => void | Promise<void>
  /** Makes a machine with this name behind the provider's back; the answer says whether it is still there. */
  readonly plantForeign?: (name: string) => Promise<() => boolean | Promise<boolean>>
  /** Makes the cloud fail, or cuts it off, for all later calls. */
  readonly breakCloud?: () => void | Promise<void>
  /** Fields of a deployment that this cloud needs, beyond the usual ones. */
  readonly agent?: Partial<AgentDeployment>
  /** Where a list lags behind, or time is a manual clock. */
  readonly eventually?: Eventually
  /** What `createdAt` is compared with. Default: the computer's clock. */
  readonly clock?: Clock
}

/** How long to look until something is as it should be. */
export interface Eventually {
  /** Default: 10 s. */
  readonly withinMs?: number
  /** Default: 50 ms. */
  readonly everyMs?: number
  /** Default: real time passes. */
  readonly wait?: (ms: number) => Promise<void>
}

/** A provider with what the tests of the kit do to it all the time. */
export class ProviderUnderTest {
  readonly setup: ProviderSetup
  readonly provider: Provider
  readonly clock: Clock
  #named = 0

  constructor(setup: ProviderSetup) {
    this.setup = setup
    this.provider = setup.provider
    this.clock = setup.clock ?? systemClock
  }

  newName(): string {
    return `${namePrefix(this.setup.pool.id)}kit${++this.#named}`
  }

  deployment(name: string): AgentDeployment {
    return {
      name,
      pool: this.setup.pool.id,
      environment: { WOODPECKER_HOSTNAME: name, WOODPECKER_AGENT_SECRET: 'not-a-secret' },
      image: 'woodpeckerci/woodpecker-agent:latest',
      userData: '#cloud-config\n',
      ...this.setup.agent,
    }
  }

  async deploy(name: string = this.newName(), signal: AbortSignal = unaborted()): Promise<string> {
    await this.provider.deployAgent(this.deployment(name), { signal })
    return name
  }

  async remove(name: string, signal: AbortSignal = unaborted()): Promise<void> {
    await this.provider.removeAgent(name, { signal })
  }

  async names(signal: AbortSignal = unaborted()): Promise<readonly string[]> {
    return (await this.provider.listDeployedAgentNames({ signal })).toSorted()
  }

  /** The list becomes exactly this. */
  async expectNames(...names: readonly string[]): Promise<void> {
    await this.eventually(async () => assert.deepEqual(await this.names(), names.toSorted()))
  }

  async eventually(check: () => Promise<void>): Promise<void> {
    const { withinMs = 10_000, everyMs = 50 } = this.setup.eventually ?? {}
    for (let waitedMs = 0; ; waitedMs += everyMs) {
      try {
        return await check()
      } catch (error) {
        if (waitedMs >= withinMs) throw error
      }
      await this.wait(everyMs)
    }
  }

  async wait(ms: number): Promise<void> {
    await (this.setup.eventually?.wait ?? ((forMs: number) => sleep(systemClock, forMs)))(ms)
  }

  async end(): Promise<void> {
    try {
      for (const name of await this.names().catch(() => [])) await this.remove(name).catch(() => {})
      await this.provider.close?.()
    } finally {
      await this.setup.cleanup?.()
    }
  }
}

function unaborted(): AbortSignal {
  return new AbortController().signal
}
