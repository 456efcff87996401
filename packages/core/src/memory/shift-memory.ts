import type {
  AgentHistory,
  BackOff,
  Creation,
  Disturbance,
  Drain,
  Interference,
  JudgedLaunch,
  ListShrank,
  MachineHistory,
  Memory,
  QuickFailures,
  RefusedOffering,
  SeenRunning,
  Spent,
  StandingBackOff,
  Stranger,
} from '../model/memory.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Launched, LeftAlone, Registered, Trials } from '../model/trials.ts'

type Shift<T> = (value: T, byMs: number) => T
/** One entry for each field: a new field does not compile until it is said what a set clock does to it. */
type Shifts<T> = { readonly [Key in keyof Required<T>]: Shift<T[Key]> }

const asItIs = <T>(value: T): T => value
const time: Shift<number> = (at, byMs) => at + byMs
const maybeTime: Shift<number | undefined> = (at, byMs) => (at === undefined ? undefined : at + byMs)

function maybe<T>(shift: Shift<T>): Shift<T | undefined> {
  return (value, byMs) => (value === undefined ? undefined : shift(value, byMs))
}

function each<Key, T>(shift: Shift<T>): Shift<ReadonlyMap<Key, T>> {
  return (values, byMs) => new Map([...values].map(([key, value]) => [key, shift(value, byMs)]))
}

function eachOf<T>(shift: Shift<T>): Shift<readonly T[]> {
  return (values, byMs) => values.map((value) => shift(value, byMs))
}

function fields<T extends object>(shifts: Shifts<T>): Shift<T> {
  const keys = Object.keys(shifts) as (keyof T)[]
  return (value, byMs) => {
    const shifted = { ...value }
    for (const key of keys) if (key in value) shifted[key] = shifts[key](value[key], byMs)
    return shifted
  }
}

const drain = fields<Drain>({
  because: asItIs,
  reason: asItIs,
  cordonedAt: time,
  cordonedAtServer: asItIs,
  cordonedAgainAt: maybeTime,
  seenIdleAt: maybeTime,
})

const agent = fields<AgentHistory>({
  createdAt: asItIs,
  unregisteredSeenAt: maybeTime,
  firstContactSeenAt: maybeTime,
  contactUnbrokenSince: maybeTime,
  lastSeenBusyAt: maybeTime,
  restsSince: maybeTime,
  lostWorkAt: maybeTime,
  freeSince: maybeTime,
  uncordonedAt: maybeTime,
  parkedAt: maybeTime,
  uncordonFailedAt: maybeTime,
  drain: maybe(drain),
  cordonsReverted: asItIs,
  uncordonedSeenAt: maybeTime,
  ownWriteAt: maybeTime,
  cordonedByOthersAt: maybeTime,
})

const machine = fields<MachineHistory>({
  firstSeenAt: time,
  agentId: asItIs,
  agentMissing: asItIs,
  machineMissing: asItIs,
  lastListedAt: maybeTime,
  missingSinceAt: maybeTime,
  startingSeenAt: maybeTime,
})

const backOff = fields<BackOff>({
  sinceAt: time,
  untilAt: time,
  failures: asItIs,
  why: asItIs,
  kind: asItIs,
})

const spent = fields<Spent>({
  at: maybeTime,
  readAt: each(time),
  keptReadAt: each(time),
  listed: each(
    fields<{ readonly firstAt: number; readonly lastAt: number }>({ firstAt: time, lastAt: time }),
  ),
  // Days and months are those of the wall clock.
  day: asItIs,
  month: asItIs,
})

const trials = fields<Trials>({
  launched: each(
    fields<Launched>({
      pool: asItIs,
      configuration: asItIs,
      machineType: asItIs,
      at: time,
      taskId: asItIs,
      taskClass: asItIs,
      hasRegistered: asItIs,
    }),
  ),
  registered: eachOf(
    fields<Registered>({
      name: asItIs,
      pool: asItIs,
      configuration: asItIs,
      machineType: asItIs,
      launchedAt: time,
      at: time,
      labels: asItIs,
      slots: asItIs,
    }),
  ),
  leftAlone: each(
    fields<LeftAlone>({
      pool: asItIs,
      taskClass: asItIs,
      by: eachOf(fields<LeftAlone['by'][number]>({ name: asItIs, launchedAt: time, at: time })),
    }),
  ),
})

const shifts: Shifts<Memory> = {
  startedAt: time,
  disturbance: fields<Disturbance>({ at: time, kind: asItIs, awaySince: maybeTime }),
  serverAwaySince: maybeTime,
  serverAheadMs: (aheadMs, byMs) => (aheadMs === undefined ? undefined : aheadMs - byMs),
  agents: each(agent),
  machines: each(machine),
  creations: each(fields<Creation>({ told: asItIs, at: time })),
  pendingSince: each(time),
  runningTaskIds: asItIs,
  unexplainedTaskIds: asItIs,
  judgedStreamBreakAt: maybeTime,
  queueNeedsAgentTimes: asItIs,
  bootTimesMs: asItIs,
  backOff: each(backOff),
  serverBackOff: maybe(backOff),
  launchDoneAt: each(time),
  launches: each(
    fields<JudgedLaunch>({ pool: asItIs, at: time, state: asItIs, judgedAt: maybeTime, chance: asItIs }),
  ),
  trials,
  refusedOfferings: each(
    each(fields<RefusedOffering>({ untilAt: time, times: asItIs, kind: asItIs, why: asItIs })),
  ),
  removalBackOff: each(backOff),
  launchEndedAt: each(time),
  agentNames: asItIs,
  machineNames: asItIs,
  removedNames: asItIs,
  busyNames: asItIs,
  listShrank: maybe(fields<ListShrank>({ untilAt: time, what: asItIs })),
  standingBackOff: each(fields<StandingBackOff>({ untilAt: time, failures: asItIs, why: asItIs })),
  quietSince: maybeTime,
  cancelledDrains: each(time),
  madeNames: asItIs,
  strangers: each(fields<Stranger>({ pool: asItIs, firstSeenAt: time })),
  interference: eachOf(fields<Interference>({ pool: asItIs, name: asItIs, at: time, what: asItIs })),
  cordonedByOthers: asItIs,
  machineTypes: asItIs,
  offerings: asItIs,
  runningSince: each(fields<SeenRunning>({ sinceAt: time, agentId: asItIs })),
  quickFailures: each(fields<QuickFailures>({ inARow: asItIs, sinceAt: time })),
  didWellAt: each(time),
  spent,
}

/** The memory after the wall clock was set by so much: everything is as long ago as it was before. */
export const shiftMemory: Shift<Memory> = fields<Memory>(shifts)

/** A snapshot in the middle of which the clock was set. */
export function shiftSnapshot(snapshot: Snapshot, byMs: number): Snapshot {
  if (byMs === 0) return snapshot
  return {
    ...snapshot,
    takenAt: snapshot.takenAt + byMs,
    inFlight: snapshot.inFlight.map((operation) => ({ ...operation, startedAt: operation.startedAt + byMs })),
    streamBrokeAt: maybeTime(snapshot.streamBrokeAt, byMs),
  }
}
