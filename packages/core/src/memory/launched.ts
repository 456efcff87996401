import { agentsByName, operationsByName } from '../evidence/lists.ts'
import { UNSEEN_MS } from '../evidence/timings.ts'
import { machineTypeOf } from '../evidence/variants.ts'
import type { Agent } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Outcome } from '../model/report.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Launched, Registered, Trials } from '../model/trials.ts'

/** Of each machine type of each configuration so many are enough to see what its agents register with. */
const OF_ONE_TYPE_AT_MOST = 8
/** Of all pools and configurations, earlier ones too. */
const REGISTERED_AT_MOST = 400

/** Notes a machine that was launched, or may have been. */
export function recordLaunched(
  launched: Trials['launched'],
  { action, name, result, error, at, offering, configuration = '' }: Outcome,
): Trials['launched'] {
  if (action.kind !== 'launch') return launched
  if (result !== 'done' && error?.mayHaveActed !== true) return launched
  const { pool, machineType, forTask, forClass } = action
  // The machine may be the one that an earlier process ordered, from other settings.
  const isRepeated = action.name !== undefined
  const type = isRepeated
    ? undefined
    : (machineType ?? (offering === undefined ? undefined : machineTypeOf(offering)))
  return new Map(launched).set(name, {
    pool,
    configuration: isRepeated ? '' : configuration,
    machineType: type,
    at,
    ...(forTask !== undefined && { taskId: forTask }),
    ...(forClass !== undefined && { taskClass: forClass }),
    hasRegistered: false,
  })
}

/** Notes what agents of launched machines register with; forgets machines that are gone. */
export function observeRegistered(
  trials: Trials,
  snapshot: Snapshot,
): Pick<Trials, 'launched' | 'registered'> {
  const { launched, registered } = trials
  if (!snapshot.agents.ok || launched.size === 0) return { launched, registered }
  const records = agentsByName(snapshot.agents.value.agents)
  const isThere = whatIsThere(snapshot, records)
  const latest = new Map(registered.map((each) => [each.name, each]))
  const after = new Map<string, Launched>()
  const news: Registered[] = []
  let isChanged = false
  for (const [name, entry] of launched) {
    const isYoung = Math.abs(snapshot.takenAt - entry.at) < UNSEEN_MS
    if (!isThere(name) && !isYoung) {
      isChanged = true
      continue
    }
    const agent = firstRegistered(records.get(name) ?? [])
    const before = latest.get(name)
    if (!agent || (entry.hasRegistered && before === undefined)) {
      after.set(name, entry)
      continue
    }
    const labels = withoutOwnName(agent)
    if (!entry.hasRegistered) isChanged = true
    after.set(name, entry.hasRegistered ? entry : { ...entry, hasRegistered: true })
    if (before && before.slots === agent.capacity && isSame(before.labels, labels)) continue
    const { pool, configuration, at: launchedAt } = entry
    const machineType = entry.machineType ?? listedType(name, entry, snapshot)
    const at = snapshot.takenAt
    news.push({ name, pool, configuration, machineType, launchedAt, at, labels, slots: agent.capacity })
  }
  return {
    launched: isChanged ? after : launched,
    registered: news.length === 0 ? registered : latestOf(registered, news),
  }
}

function whatIsThere(
  { inFlight, machines }: Snapshot,
  records: ReadonlyMap<string, unknown>,
): (name: string) => boolean {
  const underWay = operationsByName(inFlight)
  const listed = new Set<string>()
  let isUnknown = false
  for (const reading of machines.values()) {
    if (reading.ok) for (const { name } of reading.value.machines) listed.add(name)
    else isUnknown = true
  }
  return (name) => records.has(name) || underWay.has(name) || listed.has(name) || isUnknown
}

/** Ours was created before its machine; one that an image brings along has its record later. */
function firstRegistered(agents: readonly Agent[]): Agent | undefined {
  const registered = agents.filter(({ lastContactAt, labels }) => lastContactAt !== undefined && labels)
  return registered.reduce<Agent | undefined>(
    (first, agent) => (first && first.createdAt <= agent.createdAt ? first : agent),
    undefined,
  )
}

function withoutOwnName({ name, labels = {} }: Agent): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== name))
}

function listedType(name: string, { pool }: Launched, { machines }: Snapshot): string | undefined {
  const reading = machines.get(pool)
  const offering = reading?.ok
    ? reading.value.machines.find((machine) => machine.name === name)?.offering
    : undefined
  return offering === undefined ? undefined : machineTypeOf(offering)
}

function isSame(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  )
}

/** One that registers anew with something else comes last. */
function latestOf(before: readonly Registered[], news: readonly Registered[]): readonly Registered[] {
  const renewed = new Set(news.map(({ name }) => name))
  const all = [...before.filter(({ name }) => !renewed.has(name)), ...news]
  const counts = new Map<string, number>()
  const kept = all.toReversed().filter(({ pool, configuration, machineType }) => {
    const key = JSON.stringify([pool, configuration, machineType])
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count <= OF_ONE_TYPE_AT_MOST
  })
  return kept.slice(0, REGISTERED_AT_MOST).reverse()
}
