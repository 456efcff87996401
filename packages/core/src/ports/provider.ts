import type { Labels } from '../model/labels.ts'
import type { Machine } from '../model/machine.ts'
import type { Offering } from '../model/money.ts'
import type { PoolId } from '../model/pool.ts'
import type { StandingMachine } from '../model/standing-machine.ts'

/** Goes with every call to the outside. */
export interface CallOptions {
  /** Aborted when the deadline is over or the process ends: pass it on to every request. */
  readonly signal: AbortSignal
}

/** One agent to be given a machine. */
export interface AgentDeployment {
  /** The machine's name as well, and the key that makes a second call with it harmless. */
  readonly name: string
  readonly pool: PoolId
  /** What the agent's process needs, its secret among it: never log it. */
  readonly environment: Readonly<Record<string, string>>
  /** Container image of the agent. */
  readonly image: string
  /** Cloud-init document that starts the agent, with its secrets: never log it. */
  readonly userData: string
  /** One of `offerings`, when the provider has them. */
  readonly offering?: string
}

/**
 * A cloud, seen by the engine. Three functions are needed; each of the others says what is lost without
 * it. Throw the errors of `ports/errors.ts`; anything else counts as `Transient`.
 */
export interface Provider {
  /**
   * Starts a machine that runs the agent. Answers when the cloud has accepted it, not when it has booted.
   * The name is the idempotency key: if a machine of ours has it already, that is success.
   */
  deployAgent(agent: AgentDeployment, call: CallOptions): Promise<void>
  /** Ends the machine with everything that came with it. Already gone = success. */
  removeAgent(name: string, call: CallOptions): Promise<void>
  /**
   * Names of every machine of this pool, those that still boot and those that are stopped among them, all
   * pages. Names of other pools are a mistake; the engine refuses to touch them.
   */
  listDeployedAgentNames(call: CallOptions): Promise<readonly string[]>

  /** In place of the names, with facts. Without it: ages count from the first listing, costs are unknown. */
  listDeployedAgents?(call: CallOptions): Promise<readonly Machine[]>
  /** In the order to try. Without it: every launch asks for the same, and a sold-out type is a failure. */
  offerings?(call: CallOptions): Promise<readonly Offering[]>
  /**
   * Whether a second `deployAgent` under a name never makes a second machine, from whichever process it comes, with
   * whichever offering and user data, and also while the first is under way: the cloud itself keeps names unique.
   * Without it: after a sudden death in the middle of a launch, its task waits until lists can no longer be wrong
   * (`listLag`) before another machine is launched.
   */
  readonly createIsIdempotent?: boolean
  /** Without it: as if paid by the second. */
  readonly billing?: 'second' | 'hour'
  /** Labels that agents of this provider bring by themselves. Without it: `linux/amd64` and `docker`. */
  readonly platform?: { readonly platform: string; readonly backend: string }
  /**
   * Labels that the agents on its machines carry besides the user's, which win over them: such as one that a task
   * must ask for, since machines of this kind may be taken away under it. Without it: the user's alone.
   */
  readonly agentLabels?: Labels
  /**
   * Why machines need the metadata service of the cloud, which user data else blocks: the setting that asks for it,
   * as people write it. Without it: blocked, unless the user has it otherwise.
   */
  readonly needsMetadata?: string
  /** Whether user data is used at all; `false` leaves it out. Without it: rendered for each agent. */
  readonly usesUserData?: boolean
  /** The most that the cloud takes. Without it: 32 KiB, so that a document which is too large fails before a machine is made. */
  readonly userDataLimit?: UserDataLimit
  /** Says whether the cloud answers and the rights suffice, without making anything. Without it: a listing. */
  check?(call: CallOptions): Promise<string>
  /**
   * Starts a machine that was stopped. With `stopAgent`, a pool may keep stopped machines with their disks.
   * Without both: machines are ended, never stopped.
   */
  startAgent?(name: string, call: CallOptions): Promise<void>
  /** Stops the machine and keeps its disk. Stopped already = success. */
  stopAgent?(name: string, call: CallOptions): Promise<void>
  /** Whether a stopped machine costs less than a running one, and if not, why: then pools must not stop any. */
  readonly stoppingSaves?: true | { readonly not: string }
  /** Machines that were made by hand. Without it: none are started and stopped. */
  readonly standing?: StandingMachines
  /** The last lines of the machine's console, for those that never connected. Without it: the event has none. */
  console?(name: string, call: CallOptions): Promise<string | undefined>
  /** Requests that are left of the account's rate limit, as far as the cloud has said. Without it: no metric tells. */
  requestsLeft?(): number
  /** What there is to choose from, for `offerings`: tables for people. Without it: `offerings` alone. */
  catalogue?(call: CallOptions): Promise<readonly CatalogueTable[]>
  /** Frees what it holds (connections, timers). Machines stay. */
  close?(): Promise<void>
}

/** The standing machines of a pool. They are in no list of the pool's other machines. */
export interface StandingMachines {
  /** Of every one that the settings name, in their order. */
  readonly ids: readonly string[]
  /** Whether the pool has these alone, and can make no others. */
  readonly alone: boolean
  /** Every one of `ids`, in that order; asked for once a tick. */
  list(call: CallOptions): Promise<readonly StandingMachine[]>
  /** Runs already = success. `OfferingUnavailable`: there is no room for it now. `Transient`: it still stops. */
  start(id: string, call: CallOptions): Promise<void>
  /** Stopped already, or on its way = success; one that has hung on its way for long is stopped by force. */
  stop(id: string, call: CallOptions): Promise<void>
}

export interface UserDataLimit {
  readonly bytes: number
  /** The provider sends it compressed: the limit is that of the compressed document. */
  readonly gzip: boolean
}

/** One table of what a cloud has: machine types with places and prices, images, zones. */
export interface CatalogueTable {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Labels as a user gives them to agents of a pool, with what the provider adds. */
export interface AgentOffer {
  readonly labels: Labels
  readonly platform: string
  readonly backend: string
  /** As `NewAgent.scope`. */
  readonly scope?: string
}
