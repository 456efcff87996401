import type { Hold } from '@woodpeckers/autoscaler-core'
import type { EventView } from '../views/event-view.ts'
import { isAlarming } from './hold-levels.ts'
import { holdText } from './sentences.ts'

/** More holds of one cause than this are one event: a hundred agents that wait for the same. */
const ONE_BY_ONE = 5
/** Of so many, the event names these. */
const NAMED_AT_MOST = 50

type HoldEvent = Pick<EventView, 'kind' | 'text'> & Partial<EventView>

/** Tells which holds are new in a tick, and which are gone. */
export class HoldNews {
  #known: ReadonlyMap<string, Hold> = new Map()

  next(holds: readonly Hold[]): readonly HoldEvent[] {
    const now = new Map<string, Hold>()
    const news: Hold[] = []
    for (const hold of holds) {
      const key = keyOf(hold)
      const before = this.#known.get(key)
      now.set(key, hold)
      if (!before || before.wanted !== hold.wanted) news.push(hold)
    }
    const gone: Hold[] = []
    for (const [key, hold] of this.#known) if (!now.has(key)) gone.push(hold)
    this.#known = now
    return [...grouped(news, 'hold', holdText), ...grouped(gone, 'released', releasedText)]
  }
}

/** Reasons hold counts and times that change all the while: only another cause, subject or number is news. */
function keyOf({ pool, because, subject }: Hold): string {
  return `${pool ?? ''}\n${because}\n${subject ?? ''}`
}

function releasedText({ because, subject }: Hold): string {
  return `no longer held: ${because}${subject === undefined ? '' : ` ${subject}`}`
}

function grouped(
  holds: readonly Hold[],
  kind: 'hold' | 'released',
  textOf: (hold: Hold) => string,
): readonly HoldEvent[] {
  if (holds.length === 0) return []
  const groups = Map.groupBy(holds, ({ pool, because }) => `${pool ?? ''}\n${because}`)
  return [...groups.values()].flatMap((group) =>
    group.length > ONE_BY_ONE
      ? [eventOfMany(group, kind)]
      : group.map((hold) => ({ ...factsOf(hold, kind), text: textOf(hold) })),
  )
}

function eventOfMany(group: readonly Hold[], kind: 'hold' | 'released'): HoldEvent {
  const [first] = group as [Hold, ...Hold[]]
  const many = `×${group.length}`
  const text = kind === 'hold' ? `hold ${many}: ${first.reason}` : `no longer held: ${first.because} ${many}`
  const subjects = group.flatMap(({ subject }) => subject ?? []).slice(0, NAMED_AT_MOST)
  const { subject, ...facts } = factsOf(first, kind)
  return { ...facts, text, times: group.length, subjects }
}

function factsOf(
  { pool, because, subject }: Hold,
  kind: 'hold' | 'released',
): Omit<HoldEvent, 'text'> & Pick<EventView, 'kind'> {
  return {
    kind,
    ...(pool !== undefined && { pool }),
    because,
    ...(subject !== undefined && { subject }),
    ...(isAlarming(because) && { isAlarming: true as const }),
  }
}
