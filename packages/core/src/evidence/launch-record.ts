import type { JudgedLaunch, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'

/** Fewer say nothing: a machine may fail by itself. */
const JUDGED_AT_LEAST = 4

/** What became of launches that were judged lately. */
export interface LaunchRecord {
  readonly connected: number
  readonly failed: number
  /** Failures that had begun before an earlier one was known are one round with it. */
  readonly rounds: number
  /** The failure that was known last. */
  readonly lastFailed: JudgedLaunch | undefined
}

export interface LaunchRecords {
  readonly pools: ReadonlyMap<PoolId, LaunchRecord>
  readonly all: LaunchRecord
}

/** What the launches of the last while came to, of each pool and of all. */
export function recordLaunches({ launches }: Pick<Memory, 'launches'>): LaunchRecords {
  const byPool = Map.groupBy(launches.values(), ({ pool }) => pool)
  return {
    pools: new Map([...byPool].map(([pool, ofPool]) => [pool, recordOf(ofPool)])),
    all: recordOf([...launches.values()]),
  }
}

/** More than half of them never connected. */
export function mostlyFails({ connected, failed }: LaunchRecord): boolean {
  return connected + failed >= JUDGED_AT_LEAST && failed > connected
}

/**
 * Whether launches fail for a reason that is common to all pools: those of several do, and no pool's connect.
 * While one pool's connect, what is wrong with the others is theirs.
 */
export function failsEverywhere({ pools, all }: LaunchRecords): boolean {
  const judged = [...pools.values()].filter(({ connected, failed }) => connected + failed > 0)
  return mostlyFails(all) && judged.length > 1 && judged.every(({ connected, failed }) => failed > connected)
}

function recordOf(launches: readonly JudgedLaunch[]): LaunchRecord {
  const failed: JudgedLaunch[] = []
  let connected = 0
  for (const launch of launches) {
    if (launch.state === 'failed') failed.push(launch)
    else if (launch.state === 'connected') connected++
  }
  failed.sort((a, b) => a.at - b.at)
  let rounds = 0
  let knownAt = Number.NEGATIVE_INFINITY
  let lastFailed: JudgedLaunch | undefined
  for (const launch of failed) {
    if (launch.at >= knownAt) {
      rounds++
      knownAt = launch.judgedAt ?? launch.at
    }
    if ((launch.judgedAt ?? 0) >= (lastFailed?.judgedAt ?? 0)) lastFailed = launch
  }
  return { connected, failed: failed.length, rounds, lastFailed }
}
