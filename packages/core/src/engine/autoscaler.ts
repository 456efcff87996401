import type { AgentId } from '../model/agent.ts'
import type { Spent } from '../model/memory.ts'
import type { Orders } from '../model/orders.ts'
import type { Caution, FleetPolicy, PoolId, PoolPolicy } from '../model/pool.ts'
import type { Outcome, TickReport } from '../model/report.ts'
import type { Trials } from '../model/trials.ts'
import type { UserDataInput } from '../model/user-data.ts'
import type { CiServer } from '../ports/ci-server.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Provider } from '../ports/provider.ts'
import type { Random } from '../ports/random.ts'
import type { EngineLimits } from './limits.ts'

/** A pool with the cloud that serves it. */
export interface Pool {
  readonly policy: PoolPolicy
  readonly provider: Provider
  /** What its agents are started with, beyond what the CI server asks for. */
  readonly agent: AgentSettings
  /** Which agent is on which of the provider's standing machines, by the machine's id. One that is not here: nobody knows. */
  readonly standingAgents?: ReadonlyMap<string, AgentId>
  /** On its way out (see `leavingPool`): once nothing of it is left, it is forgotten. Without it: it stays. */
  readonly leaving?: true
}

export interface AgentSettings {
  /** As the user gave them; the server's own come on top. */
  readonly labels: Readonly<Record<string, string>>
  /** Container image; `undefined`: the one that fits the server's version. */
  readonly image: string | undefined
  /** What runs its jobs, `docker` or `local`; `undefined`: as the provider says. */
  readonly backend?: string | undefined
  readonly environment: Readonly<Record<string, string>>
  /** The only part of the server's work that they take: an `AgentScope.id`. Without it: any. */
  readonly scope?: string
  /** Renders the cloud-init document of one agent. */
  readonly renderUserData: (agent: UserDataInput) => string
}

export interface AutoscalerOptions {
  readonly server: CiServer
  readonly pools: readonly Pool[]
  /** Of all pools together. Without it: unlimited. */
  readonly fleet?: FleetPolicy
  /** What was spent before this process began, as an earlier one has kept it (`TickReport.spent`). Without it: nothing. */
  readonly spent?: Spent
  /** What launches of an earlier process have shown, as it kept it (`PlanInput.memory.trials`). Without it: nothing. */
  readonly trials?: Trials
  /** Names of agents that were cordoned by somebody else, as an earlier process kept them (`PlanInput.memory.cordonedByOthers`). Without it: none. */
  readonly cordonedByOthers?: ReadonlySet<string>
  readonly caution: Caution
  /** What people asked an earlier process for. Without it: nothing. */
  readonly orders?: Orders
  /** How often to look when nothing happens. */
  readonly intervalMs: number
  readonly limits?: EngineLimits
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Called with what each tick saw and decided. */
  readonly onTick?: (report: TickReport) => void
  /** Called when an action has ended, well or not. */
  readonly onOutcome?: (outcome: Outcome) => void
  /** Called when nothing is left of a pool that was leaving: its provider is not asked again. */
  readonly onForgotten?: (pool: PoolId) => void
}

/** What may change while it runs. */
export type ChangeableOptions = Pick<AutoscalerOptions, 'pools' | 'fleet' | 'caution' | 'intervalMs'>

export interface Autoscaler {
  /** Looks, decides and acts, again and again, until the signal aborts; resolves after the running tick. */
  run(signal: AbortSignal): Promise<void>
  /** One pass now. Never two at once: a second call waits for the first. */
  tick(): Promise<TickReport>
  /** Looks and decides, and changes nothing. */
  dryRun(): Promise<TickReport>
  /**
   * Takes other settings between two ticks, whole. What is remembered stays, and what is under way goes on as it
   * began. A pool with another provider must see the same machines by it. One that is not among them any more is
   * leaving: drained by the usual steps, then forgotten.
   */
  reconfigure(change: ChangeableOptions): Promise<void>
  /** What people ask for from now on, in place of what they did; it is taken at once. */
  order(orders: Orders): void
  /** As an event of the server does: looks soon. */
  wake(): void
  /** Resolves when no action is under way. */
  settled(): Promise<void>
}
