import type { MachineBar } from '@woodpeckers/autoscaler-observer'
import { preciseDuration } from '../format/duration.ts'
import { clockMinutes } from '../format/moment.ts'
import { phaseSpans } from './bar-search.ts'
import { doings } from './doing.ts'

/** A phase of a machine in words: `busy 14:03 to 14:20, 17 min`. */
export function phaseWords(bar: MachineBar, phase: number, now: number): string {
  const span = phaseSpans(bar, now)[phase]
  if (!span) return 'nothing seen yet'
  const word = doings[span.doing].word
  const lasted = preciseDuration(span.toAt - span.fromAt)
  return span.isOpen
    ? `${word} since ${clockMinutes(span.fromAt)}, ${lasted}`
    : `${word} ${clockMinutes(span.fromAt)} to ${clockMinutes(span.toAt)}, ${lasted}`
}

/** How long a machine did what, and how much of its life that is. */
export function timeSpent(bar: MachineBar, now: number): ReadonlyMap<keyof typeof doings, number> {
  const spent = new Map<keyof typeof doings, number>()
  for (const { doing, fromAt, toAt } of phaseSpans(bar, now))
    spent.set(doing, (spent.get(doing) ?? 0) + toAt - fromAt)
  return spent
}
