import type { EventView, HistoryView, MachineBar, Sample, StatusView } from '@woodpeckers/autoscaler-observer'

/** All that the page knows, as one value: each message makes the next. */
export interface LiveData {
  readonly status?: StatusView
  readonly history?: HistoryView
  /** The newest last. */
  readonly events: readonly EventView[]
  /** When anything came last, by the browser's clock. */
  readonly receivedAt?: number
}

export type Message =
  | { readonly kind: 'status'; readonly status: StatusView }
  | { readonly kind: 'events'; readonly events: readonly EventView[] }
  | { readonly kind: 'sample'; readonly sample: Sample; readonly machines: readonly MachineBar[] }

export const noData: LiveData = { events: [] }

const EVENTS_KEPT = 500
const HISTORY_MS = 24 * 3_600_000
/** Of machines; those that ended first are forgotten first. */
const BARS_KEPT = 4_000

/** What is known once a message has come. */
export function mergeMessage(data: LiveData, message: Message, receivedAt: number): LiveData {
  switch (message.kind) {
    case 'status':
      return { ...data, status: message.status, receivedAt }
    case 'events':
      return { ...data, events: mergeEvents(data.events, message.events), receivedAt }
    case 'sample':
      return { ...data, ...(data.history && { history: mergeSample(data.history, message) }), receivedAt }
    default:
      return message satisfies never
  }
}

/** Whether a sample tells of pools that the history does not know yet: it must be asked for anew then. */
export function hasNewPools({ history }: LiveData, message: Message): boolean {
  return (
    message.kind === 'sample' && history !== undefined && message.sample.demand.length > history.pools.length
  )
}

function mergeEvents(known: readonly EventView[], more: readonly EventView[]): readonly EventView[] {
  const last = known.at(-1)?.seq ?? -1
  return [...known, ...more.filter(({ seq }) => seq > last)].slice(-EVENTS_KEPT)
}

function mergeSample(
  history: HistoryView,
  { sample, machines }: { readonly sample: Sample; readonly machines: readonly MachineBar[] },
): HistoryView {
  const fromAt = Math.max(history.fromAt, sample.at - HISTORY_MS)
  const changed = new Map(machines.map((machine) => [machine.name, machine]))
  const known = history.machines
    .filter(({ toAt = Number.POSITIVE_INFINITY }) => toAt >= fromAt)
    .map((machine) => {
      const now = changed.get(machine.name)
      changed.delete(machine.name)
      return now ?? machine
    })
  const isNew = sample.at > (history.samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY)
  return {
    ...history,
    fromAt,
    toAt: Math.max(history.toAt, sample.at),
    samples: [...history.samples.filter(({ at }) => at >= fromAt), ...(isNew ? [sample] : [])],
    machines: withinLimit([...known, ...changed.values()]),
  }
}

function withinLimit(machines: readonly MachineBar[]): readonly MachineBar[] {
  const excess = machines.length - BARS_KEPT
  if (excess <= 0) return machines
  const ends = machines
    .flatMap(({ toAt }) => (toAt === undefined ? [] : [toAt]))
    .sort((one, other) => one - other)
  const latestForgotten = ends[Math.min(excess, ends.length) - 1] ?? Number.NEGATIVE_INFINITY
  return machines.filter(({ toAt = Number.POSITIVE_INFINITY }) => toAt > latestForgotten)
}
