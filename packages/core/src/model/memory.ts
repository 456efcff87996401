import type { OutsideError } from '../ports/errors.ts'
import type { AgentId } from './agent.ts'
import type { Offering } from './money.ts'
import type { Cordon } from './plan.ts'
import type { PoolId } from './pool.ts'
import { noTrials, type Trials } from './trials.ts'

/**
 * What one snapshot cannot show. It is small, plain and safe to lose: without it the process assumes that
 * the server has just restarted, and waits before it ends anything.
 */
export interface Memory {
  /** When this process began: what was made before is of an earlier life. */
  readonly startedAt: number
  /** The last time that the server was away or may have restarted; at first our own start. */
  readonly disturbance: Disturbance
  /** Since when the server has not answered, while it does not. */
  readonly serverAwaySince: number | undefined
  /** How far the server's clock was ahead of ours when it last answered. */
  readonly serverAheadMs: number | undefined
  readonly agents: ReadonlyMap<AgentId, AgentHistory>
  readonly machines: ReadonlyMap<string, MachineHistory>
  /** When each listed machine was created, by name. */
  readonly creations: ReadonlyMap<string, Creation>
  /** Since when each pending task could have been started by an agent. */
  readonly pendingSince: ReadonlyMap<string, number>
  /** Tasks that the queue showed as running the last time that it could be read. */
  readonly runningTaskIds: ReadonlySet<string>
  /** Tasks that ran and left the queue, since the database was last asked what became of them. */
  readonly unexplainedTaskIds: ReadonlySet<string>
  /** The last break of the stream of events that was judged. */
  readonly judgedStreamBreakAt: number | undefined
  /** How often in a row the queue said that it needs an agent. */
  readonly queueNeedsAgentTimes: number
  /** The latest boots of each pool, from its record to its first contact. */
  readonly bootTimesMs: ReadonlyMap<PoolId, readonly number[]>
  /** Of launches, by pool: what its cloud refused. */
  readonly backOff: ReadonlyMap<PoolId, BackOff>
  /** Of launches, for all pools: their records could not be made. */
  readonly serverBackOff: BackOff | undefined
  /** When a launch of the pool was last done: its cloud worked then. */
  readonly launchDoneAt: ReadonlyMap<PoolId, number>
  /** Launches of the last while, by name, and whether their agents connected. */
  readonly launches: ReadonlyMap<string, JudgedLaunch>
  /** What launches have shown of pools: registrations, and tasks that were left alone. */
  readonly trials: Trials
  /** Offerings that the cloud refused last, by pool. */
  readonly refusedOfferings: ReadonlyMap<PoolId, ReadonlyMap<string, RefusedOffering>>
  /** Of cordons and removals, by the machine's name. */
  readonly removalBackOff: ReadonlyMap<string, BackOff>
  /** When the call that made a machine ended: only then may it appear, and begin to boot. */
  readonly launchEndedAt: ReadonlyMap<string, number>
  /** Our agents' names and machines' names the last time each list could be read. */
  readonly agentNames: ReadonlySet<string> | undefined
  readonly machineNames: ReadonlyMap<PoolId, ReadonlySet<string>>
  /** Names whose records we deleted: their absence is no surprise, and a machine that is left has no future. */
  readonly removedNames: ReadonlySet<string>
  /** Names that something was being done to in the last look: theirs is no surprise either. */
  readonly busyNames: ReadonlySet<string>
  readonly listShrank: ListShrank | undefined
  /** Of starts and stops of standing machines, by their ids. */
  readonly standingBackOff: ReadonlyMap<string, StandingBackOff>
  /** Every snapshot since has shown an empty queue, and no agent that may be at work. */
  readonly quietSince: number | undefined
  /** When orders to drain were cancelled, by the machine's name or `keyOfPool`. */
  readonly cancelledDrains: ReadonlyMap<string, number>
  /** Names that this process gave, the latest ones. */
  readonly madeNames: ReadonlySet<string>
  /** Agents and machines of our pools that somebody else made since our start, by name. */
  readonly strangers: ReadonlyMap<string, Stranger>
  /** Events that may show another process at work on a pool's machines, the latest last. */
  readonly interference: readonly Interference[]
  /**
   * Names of agents that somebody else has cordoned, those too that the list of agents leaves out. A process that is to
   * respect these cordons after a restart keeps them.
   */
  readonly cordonedByOthers: ReadonlySet<string>
  /** Of launches that were for one type, by name: until their agents are there, no record tells it. */
  readonly machineTypes: ReadonlyMap<string, string>
  /** What each pool could launch when its list could last be read. */
  readonly offerings: ReadonlyMap<PoolId, readonly Offering[]>
  /** Since when each running task was seen to run, and on which agent. */
  readonly runningSince: ReadonlyMap<string, SeenRunning>
  /** Of agents whose tasks fail within seconds, without one that did not in between. */
  readonly quickFailures: ReadonlyMap<AgentId, QuickFailures>
  /** The last agents that were seen to do well, the latest first: a task that did not fail, or that ran on. */
  readonly didWellAt: ReadonlyMap<AgentId, number>
  /** What all machines have cost. A process that is to go on with it after a restart keeps it. */
  readonly spent: Spent
}

export interface Creation {
  /** In the cloud's own words, by its clock. */
  readonly told: number
  /** By our clock. */
  readonly at: number
}

export interface SeenRunning {
  readonly sinceAt: number
  readonly agentId: AgentId | undefined
}

export interface QuickFailures {
  readonly inARow: number
  /** When the first of them was seen. */
  readonly sinceAt: number
}

export interface Spent {
  /** Up to when; `undefined`: nothing was seen yet. */
  readonly at: number | undefined
  /** By pool: its list of then is paid for. What is not here counts from what was kept of it, or from `at`. */
  readonly readAt: ReadonlyMap<PoolId, number>
  /** The same of the process before this one, which knew what its lists had shown. */
  readonly keptReadAt: ReadonlyMap<PoolId, number>
  /** When lists first and last showed each machine, by name. */
  readonly listed: ReadonlyMap<string, { readonly firstAt: number; readonly lastAt: number }>
  readonly day: Period
  readonly month: Period
}

/** A day, such as `2026-01-31`, or a month, `2026-01`, by UTC. */
export interface Period {
  readonly key: string
  /** By currency. */
  readonly amounts: ReadonlyMap<string, number>
  /** The one that was counted before this one. */
  readonly before?: Omit<Period, 'before'>
}

export const nothingSpent: Spent = {
  at: undefined,
  readAt: new Map(),
  keptReadAt: new Map(),
  listed: new Map(),
  day: { key: '', amounts: new Map() },
  month: { key: '', amounts: new Map() },
}

export interface Disturbance {
  readonly at: number
  readonly kind: 'own-start' | 'away' | 'stream-broke' | 'work-forgotten' | 'asleep'
  /** For `away`: since when, so that agents which were connected then are known. */
  readonly awaySince?: number
}

export interface AgentHistory {
  /** With the id: a restored database may give an id again. */
  readonly createdAt: number
  /** By our clock: the latest snapshot in which it had not registered yet. */
  readonly unregisteredSeenAt: number | undefined
  /** By our clock: the first snapshot that saw it in contact. */
  readonly firstContactSeenAt: number | undefined
  /** By our clock: every snapshot since has seen fresh contact. */
  readonly contactUnbrokenSince: number | undefined
  readonly lastSeenBusyAt: number | undefined
  /** The first snapshot after that in which the queue had no work of it. */
  readonly restsSince: number | undefined
  /** When it was last out of contact with work, or the server gave up work of its: it may have that in hand still. */
  readonly lostWorkAt: number | undefined
  /** Connected, uncordoned, with a free slot in every snapshot since. */
  readonly freeSince: number | undefined
  readonly uncordonedAt: number | undefined
  /** When its machine was stopped, until it is started: its last heartbeat looks fresh for a while. */
  readonly parkedAt: number | undefined
  /** The last time that it could not be uncordoned. */
  readonly uncordonFailedAt: number | undefined
  readonly drain: Drain | undefined
  /** How often a cordon of ours did not stay. */
  readonly cordonsReverted: number
  /** The latest snapshot that showed it uncordoned. */
  readonly uncordonedSeenAt: number | undefined
  /** When we last tried to cordon, uncordon, stop or start it, whatever came of it. */
  readonly ownWriteAt: number | undefined
  /** The first snapshot that showed a cordon of somebody else, while it stands. */
  readonly cordonedByOthersAt: number | undefined
}

/** How far the safe scale-down of an agent has come. */
export interface Drain {
  /** Of the first cordon; `undefined`: an earlier process, or somebody else, has set it. */
  readonly because: Cordon['because'] | undefined
  /** The same as a sentence. */
  readonly reason?: string
  /** Our clock, and the server's, when the first cordon was answered. */
  readonly cordonedAt: number
  readonly cordonedAtServer: number
  readonly cordonedAgainAt: number | undefined
  /** First snapshot after the second cordon in which nothing spoke of work. */
  readonly seenIdleAt: number | undefined
}

export interface MachineHistory {
  readonly firstSeenAt: number
  /** The record that its name had when it was last seen with one. */
  readonly agentId: AgentId | undefined
  /** Snapshots in a row with readable lists in which its agent, or it itself, was missing. */
  readonly agentMissing: number
  readonly machineMissing: number
  /** When a list last showed the machine; `undefined`: none has. */
  readonly lastListedAt: number | undefined
  /** The first of the lists that could be read since then, and did not show it. */
  readonly missingSinceAt: number | undefined
  /** When a list last showed that the cloud had not started it yet: only after that it boots. */
  readonly startingSeenAt: number | undefined
}

export interface BackOff {
  /** Failures of what had begun before then belong to the one that was counted. */
  readonly sinceAt: number
  readonly untilAt: number
  readonly failures: number
  readonly why: string
  /** Of the last failure: some kinds are the account's or the cloud's, others the pool's own. */
  readonly kind: OutsideError['kind']
}

export interface JudgedLaunch {
  readonly pool: PoolId
  /** When its machine was accepted. */
  readonly at: number
  /** `forgiven`: it failed, and since then another of its pool connected. */
  readonly state: 'waiting' | 'connected' | 'failed' | 'forgiven'
  readonly judgedAt: number | undefined
  /** 0 ≤ x < 1: its share in the jitter of the next try. */
  readonly chance: number
}

export interface Stranger {
  readonly pool: PoolId
  readonly firstSeenAt: number
}

export interface Interference {
  readonly pool: PoolId
  /** Of the agent or machine. */
  readonly name: string
  readonly at: number
  /**
   * `lifted`: somebody else uncordoned an agent that this process had cordoned to renew its machine. `made`: somebody else
   * created it in the first minutes after our start.
   */
  readonly what: 'lifted' | 'made'
}

export interface RefusedOffering {
  /** Until then others are tried before it. */
  readonly untilAt: number
  /** In a row, of this kind. */
  readonly times: number
  readonly kind: OutsideError['kind']
  readonly why: string
}

export interface ListShrank {
  readonly untilAt: number
  readonly what: string
}

export interface StandingBackOff {
  readonly untilAt: number
  /** In a row. */
  readonly failures: number
  readonly why: string
}

/** The memory of a process that has just started. */
export function firstMemory(startedAt: number): Memory {
  return {
    startedAt,
    disturbance: { at: startedAt, kind: 'own-start' },
    serverAwaySince: undefined,
    serverAheadMs: undefined,
    agents: new Map(),
    machines: new Map(),
    creations: new Map(),
    pendingSince: new Map(),
    runningTaskIds: new Set(),
    unexplainedTaskIds: new Set(),
    judgedStreamBreakAt: undefined,
    queueNeedsAgentTimes: 0,
    bootTimesMs: new Map(),
    backOff: new Map(),
    serverBackOff: undefined,
    launchDoneAt: new Map(),
    launches: new Map(),
    trials: noTrials,
    refusedOfferings: new Map(),
    removalBackOff: new Map(),
    launchEndedAt: new Map(),
    agentNames: undefined,
    machineNames: new Map(),
    removedNames: new Set(),
    busyNames: new Set(),
    listShrank: undefined,
    cancelledDrains: new Map(),
    madeNames: new Set(),
    strangers: new Map(),
    interference: [],
    cordonedByOthers: new Set(),
    standingBackOff: new Map(),
    quietSince: undefined,
    machineTypes: new Map(),
    offerings: new Map(),
    runningSince: new Map(),
    quickFailures: new Map(),
    didWellAt: new Map(),
    spent: nothingSpent,
  }
}
