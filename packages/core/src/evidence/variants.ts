import type { Labels } from '../model/labels.ts'
import type { Offering } from '../model/money.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Registered } from '../model/trials.ts'
import type { Matching } from '../ports/ci-server.ts'
import { differencesOf, MADE_FROM } from './label-differences.ts'

/** What an agent of a pool offers: one for each machine type where they may differ. */
export interface Variant {
  /** What agents registered with; the promise as long as none has, or where they keep it. */
  readonly labels: Labels
  /** What the settings say. */
  readonly promised: Labels
  readonly slots: number
  /** `undefined`: whatever type is available. */
  readonly machineType: string | undefined
  /** What registrations say of it, oldest first. */
  readonly shown: readonly Shown[]
}

/** What one registration says of a variant. */
export interface Shown {
  readonly registered: Registered
  /** The agent was of this variant. Otherwise `labels` are the promise with the same differences. */
  readonly isOwn: boolean
  readonly labels: Labels
  readonly slots: number
}

/** In the order of the offerings; one at least. `registered`: of any pool and configuration. */
export function variantsOf(
  pool: PoolPolicy,
  offerings: readonly Offering[],
  registered: readonly Registered[],
  matching: Matching,
): readonly [Variant, ...Variant[]] {
  const current = registered.filter(
    (each) => each.pool === pool.id && each.configuration === pool.configuration,
  )
  const known = current.map((each) => judge(each, pool, matching))
  const types = typesOf(pool, offerings, known)
  const [first, ...others] = types.map((type) => variantOf(pool, type, known))
  return first ? [first, ...others] : [variantOf(pool, undefined, known)]
}

/** `cx22` of `cx22:fsn1`. */
export function machineTypeOf(offering: string): string {
  return offering.split(':', 1)[0]!
}

/** What the settings promise of the pool's agents on machines of a type. */
export function promiseOf({ offer, machineLabel }: PoolPolicy, machineType: string | undefined): Labels {
  return machineLabel === undefined || machineType === undefined
    ? offer
    : { ...offer, [machineLabel]: machineType }
}

interface Judged {
  readonly registered: Registered
  /** Keys that were promised, and what is there in their place; keys that were not, and shut tasks out. */
  readonly differences: ReadonlyMap<string, string | undefined>
}

function judge(registered: Registered, pool: PoolPolicy, matching: Matching): Judged {
  const promised = promiseOf(pool, registered.machineType)
  return { registered, differences: differencesOf(promised, registered.labels, matching) }
}

/** Types are told apart where tasks choose by them, or where agents of some keep less of the promise than others may. */
function typesOf(
  { machineLabel }: PoolPolicy,
  offerings: readonly Offering[],
  known: readonly Judged[],
): readonly string[] {
  const differs = known.some(
    ({ registered, differences }) => registered.machineType !== undefined && differences.size > 0,
  )
  if (machineLabel === undefined && !differs) return []
  return [...new Set(offerings.map(({ id }) => machineTypeOf(id)))]
}

function variantOf(pool: PoolPolicy, machineType: string | undefined, known: readonly Judged[]): Variant {
  const promised = promiseOf(pool, machineType)
  const shown = known.map(({ registered, differences }): Shown => {
    const isOwn = machineType === undefined || registered.machineType === machineType
    const { slots } = registered
    if (differences.size === 0) return { registered, isOwn, labels: promised, slots }
    const labels = isOwn ? withoutMark(registered.labels) : withDifferences(promised, differences)
    return { registered, isOwn, labels, slots }
  })
  const own = shown.findLast(({ isOwn }) => isOwn)
  return {
    labels: own?.labels ?? promised,
    promised,
    slots: (own ?? shown.at(-1))?.slots ?? pool.workflowsPerAgent,
    machineType,
    shown,
  }
}

function withoutMark({ [MADE_FROM]: _, ...labels }: Labels): Labels {
  return labels
}

function withDifferences(promised: Labels, differences: Judged['differences']): Labels {
  const labels: Record<string, string> = { ...promised }
  for (const [key, value] of differences) {
    if (value === undefined) delete labels[key]
    else labels[key] = value
  }
  return labels
}
