import { noOrders, type Orders, type Period, type Spent, type Trials } from '@woodpeckers/autoscaler-core'

/** Each order that one of the two processes gave or canceled since `base` counts. */
export function mergeOrders(base: Orders = noOrders, ours: Orders, theirs: Orders): Orders {
  const both = (key: Exclude<keyof Orders, 'paused'>) => mergeSets(base[key], ours[key], theirs[key])
  return {
    paused: mergePaused(base.paused, ours.paused, theirs.paused),
    drainedPools: both('drainedPools'),
    drained: both('drained'),
    replaced: both('replaced'),
    protected: both('protected'),
  }
}

type Paused = Orders['paused']

function mergePaused(base: Paused, ours: Paused, theirs: Paused): Paused {
  if (base !== 'all' && ours !== 'all' && theirs !== 'all') return mergeSets(base, ours, theirs)
  if (isSame(ours, base)) return theirs
  if (isSame(theirs, base)) return ours
  // Both changed it. A pause that is too wide costs time; a missing one can cost what it was meant to protect.
  return ours === 'all' || theirs === 'all' ? 'all' : ours.union(theirs)
}

function isSame(one: Paused, other: Paused): boolean {
  if (one === 'all' || other === 'all') return one === other
  return one.size === other.size && one.isSubsetOf(other)
}

export function mergeSets(
  base: ReadonlySet<string>,
  ours: ReadonlySet<string>,
  theirs: ReadonlySet<string>,
): ReadonlySet<string> {
  const canceled = base.difference(ours).union(base.difference(theirs))
  return ours.union(theirs).difference(canceled)
}

/** Two processes see the same machines, so the larger sum is right, not the total of both. */
export function mergeSpent(_: Spent | undefined, ours: Spent, theirs: Spent): Spent {
  return {
    ...ours,
    at: later(ours.at, theirs.at),
    keptReadAt: largest(ours.keptReadAt, theirs.keptReadAt),
    day: mergePeriod(ours.day, theirs.day),
    month: mergePeriod(ours.month, theirs.month),
  }
}

function mergePeriod(ours: Period, theirs: Period): Period {
  // The keys are dates, such as `2026-01-31`: they compare as text.
  if (ours.key !== theirs.key) return ours.key > theirs.key ? ours : theirs
  return { ...ours, amounts: largest(ours.amounts, theirs.amounts) }
}

function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
}

function largest(
  one: ReadonlyMap<string, number>,
  other: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const merged = new Map(one)
  for (const [key, value] of other) merged.set(key, Math.max(merged.get(key) ?? value, value))
  return merged
}

/** What either process has learned counts; of the same thing this one's word. */
export function mergeTrials(_: Trials | undefined, ours: Trials, theirs: Trials): Trials {
  const known = new Set(ours.registered.map(({ name, at }) => `${name} ${at}`))
  const others = theirs.registered.filter(({ name, at }) => !known.has(`${name} ${at}`))
  return {
    launched: new Map([...theirs.launched, ...ours.launched]),
    registered: [...ours.registered, ...others].toSorted((a, b) => a.at - b.at),
    leftAlone: new Map([...theirs.leftAlone, ...ours.leftAlone]),
  }
}
