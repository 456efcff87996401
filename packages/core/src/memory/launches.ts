import { onOurClock } from '../evidence/contact.ts'
import {
  failsEverywhere,
  type LaunchRecords,
  mostlyFails,
  recordLaunches,
} from '../evidence/launch-record.ts'
import { agentsByName, operationsByName } from '../evidence/lists.ts'
import type { Agent } from '../model/agent.ts'
import type { JudgedLaunch, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { Outcome } from '../model/report.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Random } from '../ports/random.ts'

/** The last while: what was judged before then is forgotten. */
const REMEMBERED_MS = 30 * 60_000
/** A record that is gone so long after its launch, and that we did not remove as lost, says nothing. */
const GONE_AFTER_MS = 60_000

/** A launch that the cloud accepted is to be judged; one that was given up has failed. */
export function recordForJudgement(
  launches: Memory['launches'],
  { action, name, result, at, recordDeleted }: Outcome,
  random: Random,
): Memory['launches'] {
  if (action.kind === 'launch' && result === 'done') {
    const launch = { pool: action.pool, at, state: 'waiting', judgedAt: undefined, chance: random() } as const
    return new Map(launches).set(name, launch)
  }
  const isGone = result === 'done' || recordDeleted === true
  const neverCame = action.because === 'lost' || action.because === 'zombie'
  const launch = launches.get(name)
  if (!isGone || !neverCame || launch?.state !== 'waiting') return launches
  return new Map(launches).set(name, { ...launch, state: 'failed', judgedAt: at })
}

/**
 * Judges what was launched: connected, or not in twice the time that the slowest boot took. Time in which
 * the server was away is nobody's failure. After our own start those that still boot are taken on.
 */
export function observeLaunches(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
  bootAllowanceOf: (pool: PoolId) => number,
): Pick<Memory, 'launches'> {
  if (!snapshot.agents.ok || memory.serverAwaySince !== undefined) return { launches: memory.launches }
  const { takenAt } = snapshot
  const agents = agentsByName(snapshot.agents.value.agents)
  const underWay = operationsByName(snapshot.inFlight)
  const known = takeOn(memory, snapshot, agents, poolOf)
  // Most looks change nothing: the same map stays.
  let changed: Map<string, JudgedLaunch> | undefined
  const changing = (): Map<string, JudgedLaunch> => {
    changed ??= new Map(known)
    return changed
  }
  const connectedNow = new Set<PoolId>()
  for (const [name, launch] of known) {
    if (launch.state === 'connected') continue
    const agent = agents.get(name)?.[0]
    if (!agent && launch.state === 'waiting' && !underWay.has(name) && takenAt - launch.at > GONE_AFTER_MS) {
      changing().delete(name)
      continue
    }
    const now = judge(name, launch, agent, memory, bootAllowanceOf(launch.pool), takenAt)
    if (now.state === 'connected') connectedNow.add(now.pool)
    if (now !== launch) changing().set(name, now)
  }
  let before: LaunchRecords | undefined
  const wasHeld = (pool: PoolId): boolean => {
    before ??= recordLaunches(memory)
    const record = before.pools.get(pool)
    return failsEverywhere(before) || (record !== undefined && mostlyFails(record))
  }
  for (const [name, launch] of changed ?? known) {
    const isOld = launch.judgedAt !== undefined && takenAt - launch.judgedAt > REMEMBERED_MS
    if (launch.state === 'failed' && wasHeld(launch.pool)) {
      // The way is free again; until one connects, time alone does not free it.
      if (connectedNow.has(launch.pool)) changing().set(name, { ...launch, state: 'forgiven' })
    } else if (isOld) changing().delete(name)
  }
  return { launches: latest(changed ?? known) }
}

function judge(
  name: string,
  launch: JudgedLaunch,
  agent: Agent | undefined,
  { disturbance, bootTimesMs, machines }: Memory,
  bootAllowanceMs: number,
  takenAt: number,
): JudgedLaunch {
  if (launch.state === 'connected') return launch
  if (agent?.lastContactAt !== undefined) return { ...launch, state: 'connected', judgedAt: takenAt }
  if (launch.state !== 'waiting') return launch
  const slowestMs = Math.max(0, ...(bootTimesMs.get(launch.pool) ?? []))
  const patienceMs = Math.max(bootAllowanceMs, 2 * slowestMs)
  // While the cloud has not started it, nothing boots.
  const startingSeenAt = machines.get(name)?.startingSeenAt ?? 0
  const waitedMs = takenAt - Math.max(launch.at, disturbance.at, startingSeenAt)
  return waitedMs < patienceMs ? launch : { ...launch, state: 'failed', judgedAt: takenAt }
}

/** Machines of an earlier life that have not connected yet. */
function takeOn(
  { launches }: Memory,
  { takenAt, agents: reading, machines }: Snapshot,
  agents: ReadonlyMap<string, readonly Agent[]>,
  poolOf: (name: string) => PoolId | undefined,
): Memory['launches'] {
  if (!reading.ok) return launches
  const clocks = { takenAt, serverNowAt: reading.value.serverNowAt }
  let more: Map<string, JudgedLaunch> | undefined
  for (const [pool, list] of machines) {
    for (const { name } of list.ok ? list.value.machines : []) {
      const agent = agents.get(name)?.[0]
      if (!agent || agent.lastContactAt !== undefined || launches.has(name) || poolOf(name) !== pool) continue
      const at = onOurClock(agent.createdAt, clocks)
      if (takenAt - at > REMEMBERED_MS) continue
      more ??= new Map(launches)
      more.set(name, { pool, at, state: 'waiting', judgedAt: undefined, chance: 0.5 })
    }
  }
  return more ?? launches
}

/** A thousand are more than enough to see how launches go. */
function latest(launches: Memory['launches']): Memory['launches'] {
  return launches.size > 1_000 ? new Map([...launches].slice(-1_000)) : launches
}
