import { onOurClock } from '../evidence/contact.ts'
import type { Memory, Stranger } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'

/** A process before this one may end its last calls so late, and be seen off by a rolling update. */
export const EARLIER_LIFE_MS: number = 5 * 60_000
const REMEMBERED_MS = 60 * 60_000
const NAMES_REMEMBERED = 2_000

/**
 * Notices agents and machines with our pools' names that this process did not make: another one does. Only
 * those count that say themselves that they were made well after our start, so that neither a late list nor a
 * fleet that was taken over is taken for another process. `early`: names that were made between our start and then.
 */
export function observeStrangers(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
): Pick<Memory, 'madeNames' | 'strangers'> & { readonly early: ReadonlyMap<string, PoolId> } {
  const { takenAt, agents, machines, inFlight } = snapshot
  const launching = inFlight.filter(({ kind, name }) => kind === 'launch' && !memory.madeNames.has(name))
  const madeNames =
    launching.length === 0
      ? memory.madeNames
      : latest(memory.madeNames.union(new Set(launching.map(({ name }) => name))))
  const strangers = new Map<string, Stranger>()
  const isThere = memory.strangers.size === 0 ? () => false : listedIn(snapshot)
  for (const [name, stranger] of memory.strangers)
    if (isRecent(stranger, takenAt) || isThere(name)) strangers.set(name, stranger)
  const early = new Map<string, PoolId>()
  const look = (name: string, createdAt: number | undefined): void => {
    if (createdAt === undefined || madeNames.has(name)) return
    // Known for longer: a clock that was set makes it no younger.
    if (memory.machines.has(name) || memory.strangers.has(name)) return
    const pool = poolOf(name)
    if (pool === undefined) return
    const afterStartMs = createdAt - memory.startedAt
    if (afterStartMs > EARLIER_LIFE_MS) strangers.set(name, { pool, firstSeenAt: takenAt })
    else if (afterStartMs > 0) early.set(name, pool)
  }
  if (agents.ok) {
    const clocks = { takenAt, serverNowAt: agents.value.serverNowAt }
    for (const { name, createdAt } of agents.value.agents) look(name, onOurClock(createdAt, clocks))
  }
  for (const reading of machines.values())
    for (const { name, createdAt } of reading.ok ? reading.value.machines : []) look(name, createdAt)
  return { madeNames, strangers, early }
}

/** Whether it shows that another process is at work now, and not only that one was. */
export function isRecent({ firstSeenAt }: Stranger, takenAt: number): boolean {
  return takenAt - firstSeenAt < REMEMBERED_MS
}

/** What cannot be read may have it. */
function listedIn({ agents, machines }: Snapshot): (name: string) => boolean {
  if (!agents.ok) return () => true
  const names = new Set(agents.value.agents.map(({ name }) => name))
  for (const reading of machines.values()) {
    if (!reading.ok) return () => true
    for (const { name } of reading.value.machines) names.add(name)
  }
  return (name) => names.has(name)
}

function latest(names: ReadonlySet<string>): ReadonlySet<string> {
  return names.size > NAMES_REMEMBERED ? new Set([...names].slice(-NAMES_REMEMBERED)) : names
}
