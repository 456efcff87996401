import { LIST_SHRANK_HOLD_MS } from '../evidence/timings.ts'
import type { ListShrank, Memory } from '../model/memory.ts'
import type { PoolId } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'

type Lists = Pick<Memory, 'agentNames' | 'machineNames' | 'removedNames' | 'busyNames' | 'listShrank'>

/**
 * Notices a list that lost more than half of its names, and more than three, which we did not remove: a
 * restored backup, a wrong token, a broken answer.
 */
export function observeLists(
  memory: Memory,
  snapshot: Snapshot,
  poolOf: (name: string) => PoolId | undefined,
): Lists {
  const busyNames: ReadonlySet<string> = new Set(snapshot.inFlight.map(({ name }) => name))
  // What was being done to them in this look or the last may have ended since.
  const isOurDoing = (name: string): boolean =>
    memory.removedNames.has(name) || memory.busyNames.has(name) || busyNames.has(name)
  let shrank: string | undefined
  let agentNames = memory.agentNames
  if (snapshot.agents.ok) {
    const names = new Set<string>()
    for (const { name } of snapshot.agents.value.agents)
      if (agentNames?.has(name) || poolOf(name) !== undefined) names.add(name)
    shrank = describeLoss('agents', agentNames, names, isOurDoing)
    agentNames = names
  }
  const machineNames = new Map(memory.machineNames)
  for (const [pool, reading] of snapshot.machines) {
    // One that was used before was counted then.
    if (!reading.ok || (reading.value.reused && machineNames.has(pool))) continue
    const names = new Set(reading.value.machines.map((machine) => machine.name))
    shrank ??= describeLoss(`machines of the pool ${pool}`, machineNames.get(pool), names, isOurDoing)
    machineNames.set(pool, names)
  }
  const listShrank = shrank
    ? { untilAt: snapshot.takenAt + LIST_SHRANK_HOLD_MS, what: shrank }
    : stillSuspicious(memory.listShrank, snapshot.takenAt)
  return {
    agentNames,
    machineNames,
    removedNames: stillRemoved(memory.removedNames, busyNames, agentNames, machineNames),
    busyNames,
    listShrank,
  }
}

/** Until the machine is gone too; a record that is listed again (a twin of the deleted one) is not removed. */
function stillRemoved(
  removed: ReadonlySet<string>,
  busy: ReadonlySet<string>,
  agentNames: ReadonlySet<string> | undefined,
  machineNames: ReadonlyMap<PoolId, ReadonlySet<string>>,
): ReadonlySet<string> {
  if (removed.size === 0) return removed
  const hasMachine = (name: string): boolean => [...machineNames.values()].some((names) => names.has(name))
  return new Set(
    [...removed].filter((name) => busy.has(name) || (!agentNames?.has(name) && hasMachine(name))),
  )
}

function stillSuspicious(listShrank: ListShrank | undefined, at: number): ListShrank | undefined {
  return listShrank && at < listShrank.untilAt + LIST_SHRANK_HOLD_MS ? listShrank : undefined
}

function describeLoss(
  what: string,
  before: ReadonlySet<string> | undefined,
  now: ReadonlySet<string>,
  isOurDoing: (name: string) => boolean,
): string | undefined {
  if (!before) return undefined
  let lost = 0
  for (const name of before) if (!now.has(name) && !isOurDoing(name)) lost++
  if (lost <= 3 || lost * 2 <= before.size) return undefined
  return `the list of ${what} lost ${lost} of ${before.size} names at once`
}
