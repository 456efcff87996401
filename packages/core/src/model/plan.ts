import type { Agent, AgentId } from './agent.ts'
import type { Fate } from './fate.ts'
import type { Money } from './money.ts'
import type { PoolId } from './pool.ts'

/** A step to take. `because` is one of few words, for metrics; `reason` is a sentence for people. */
export type Action = Launch | Start | Cordon | Uncordon | Park | Terminate | Forget

interface Explained<Cause extends string> {
  readonly pool: PoolId
  readonly because: Cause
  readonly reason: string
}

/** Make a record and a machine. */
export interface Launch
  extends Explained<'demand' | 'min' | 'requeued' | 'queue-needs-agent' | 'buffer' | 'prewarm' | 'renewal'> {
  readonly kind: 'launch'
  /** The name of its record, where it repeats a launch that was left unfinished. Without it: a new name. */
  readonly name?: string
  /** Offerings that were refused a while ago, the one to be tried again first at the front. */
  readonly avoid: readonly string[]
  /** Offerings of this type alone: its agent carries it as a label. */
  readonly machineType?: string
  /** The task that asked for it: whether it takes that one shows whether more would help. */
  readonly forTask?: string
  /** The class of that task in the pool: see `taskClassOf`. */
  readonly forClass?: string
}

/** Start a machine that is stopped, and uncordon its agent. */
export interface Start extends Explained<Uncordon['because']> {
  readonly kind: 'start'
  readonly name: string
  /** `undefined`: a standing machine, and nobody has said which agent is on it. */
  readonly agent: Agent | undefined
  /** The id of a standing machine; without it, the pool's own of that name. */
  readonly standing?: string
}

/** Stop the machine of an agent, and keep both for later. */
export interface Park extends Explained<'drained' | 'silent' | 'hangs' | 'all-quiet'> {
  readonly kind: 'park'
  readonly name: string
  /** As of `Start`. */
  readonly agent: Agent | undefined
  /** As of `Terminate`; they are kept too. */
  readonly further?: readonly Agent[]
  readonly standing?: string
}

/** Stop giving it tasks; `again` is the second write, which reaches a poller that slipped past the first. */
export interface Cordon
  extends Explained<
    | 'idle'
    | 'paid-hour-ends'
    | 'over-max'
    | 'ending-soon'
    | 'carried-on'
    | 'one-task'
    | 'failing'
    | 'packing'
    | 'max-age'
    | 'drifted'
    | 'copied'
    | 'asked'
    | 'deaf'
    | 'same-name'
  > {
  readonly kind: 'cordon'
  readonly agent: Agent
  readonly round: 'first' | 'again'
}

export interface Uncordon
  extends Explained<
    'demand' | 'min' | 'queue-needs-agent' | 'buffer' | 'prewarm' | 'hour-bought' | 'same-name' | 'cancelled'
  > {
  readonly kind: 'uncordon'
  readonly agent: Agent
}

/** Delete the record, then end the machine; without `agent`, the machine alone. */
export interface Terminate
  extends Explained<'drained' | 'lost' | 'silent' | 'orphan' | 'parked' | 'one-task'> {
  readonly kind: 'terminate'
  readonly name: string
  readonly agent: Agent | undefined
  /** Further records of its name, which go with it: each is looked at once more. Without it: there are none. */
  readonly further?: readonly Agent[]
  /** Of an orphan: the record that its name had, to be looked for once more. */
  readonly lastAgentId?: AgentId
}

/** Delete the record alone: it has no machine. */
export interface Forget extends Explained<'zombie' | 'twin' | 'machine-gone'> {
  readonly kind: 'forget'
  readonly agent: Agent
}

/** A step not taken, and why. */
export interface Hold {
  readonly kind: 'hold'
  /** `undefined`: it concerns them all. */
  readonly pool: PoolId | undefined
  readonly because: HoldCause
  readonly reason: string
  /** Agent, machine or task that it is about. */
  readonly subject?: string
  /** How many were wanted, where it is about a number. */
  readonly wanted?: number
  /** When it is tried again, where that is known. */
  readonly untilAt?: number
}

export type HoldCause =
  | 'agents-unknown'
  | 'queue-unknown'
  | 'machines-unknown'
  | 'machines-stale'
  | 'evidence-unknown'
  | 'paused'
  | 'pool-paused'
  | 'pool-draining'
  | 'protected'
  | 'at-max'
  | 'fleet-at-max'
  | 'hourly-cost'
  | 'spend-cap'
  | 'price-unknown'
  | 'batch'
  | 'scale-up-delay'
  | 'failing-agent'
  | 'same-name'
  | 'backing-off'
  | 'offering-refused'
  | 'offering-sold-out'
  | 'cloud-backing-off'
  | 'server-backing-off'
  | 'never-connect'
  | 'running-twice'
  | 'after-restart'
  | 'list-shrank'
  | 'may-work'
  | 'kept-silent'
  | 'drain-under-way'
  | 'cordon-reverted'
  | 'cordoned-by-others'
  | 'may-appear'
  | 'paid-hour'
  | 'kept-failed'
  | 'requeued'
  | 'no-pool-matches'
  | 'concurrency-group'
  | 'not-taken'
  | 'labels-differ'
  | 'queue-needs-agent'
  | 'standing-gone'
  | 'stopping-hangs'
  | 'agent-unknown'

/** Where a member is in its life. */
export type MemberState =
  | 'launching'
  | 'booting'
  | 'idle'
  | 'busy'
  | 'draining'
  | 'drained'
  /** By somebody else: it stays until they lift the cordon. */
  | 'cordoned'
  | 'parked'
  | 'silent'
  | 'lost'
  | 'orphan'
  | 'zombie'
  | 'ending'

/** An agent with its machine, for people: what `status` and `plan` show. */
export interface MemberView {
  readonly name: string
  /** The id of a machine that was made by hand. */
  readonly standing?: string
  readonly state: MemberState
  /** The cloud's own word while it has not started the machine yet. Without it: it has, or does not say. */
  readonly notStarted?: string
  /** Since when it has existed, by our clock, as well as we know. */
  readonly sinceAt: number | undefined
  readonly running: number
  readonly capacity: number
  /** Of one on its way out: why, in a sentence. */
  readonly leaves?: string
  readonly offering: string | undefined
  readonly hourlyPrice: Money | undefined
}

export interface PoolView {
  readonly id: PoolId
  readonly min: number
  readonly max: number
  /** Slots wanted by tasks that this pool's agents could take. */
  readonly demand: number
  /** Free slots of connected agents, and those of booting ones. */
  readonly freeSlots: number
  readonly bootingSlots: number
  readonly members: readonly MemberView[]
}

/** A task that no pool's agents, nor any agent connected now, can take. */
export interface UnmatchedTask {
  readonly id: string
  readonly title: string
  /** For each pool the label in the way. */
  readonly obstacles: readonly {
    readonly pool: PoolId
    readonly label: string
    readonly offered: string | undefined
    /** The pool's agents take tasks with this label only. */
    readonly demanded?: string
  }[]
}

/** What was decided from one snapshot: plain data, the same for the same snapshot. */
export interface Plan {
  readonly actions: readonly Action[]
  readonly holds: readonly Hold[]
  readonly unmatched: readonly UnmatchedTask[]
  /** Of each task that waits, by its id: what the plan counts on for it. */
  readonly fates: ReadonlyMap<string, Fate>
  readonly pools: readonly PoolView[]
  readonly queue: { readonly pending: number; readonly running: number; readonly waiting: number } | undefined
  /** When to look again, if earlier than usual: a drain's next step is due. */
  readonly wakeAt: number | undefined
}
