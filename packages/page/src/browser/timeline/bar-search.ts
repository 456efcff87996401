import type { MachineBar, Phase } from '@woodpeckers/autoscaler-observer'
import { endOf } from './bar-layout.ts'

/** The place of the first element for which `isPast` holds, where it holds for all after it too. */
export function firstWhere<T>(sorted: readonly T[], isPast: (element: T) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isPast(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** The machine of a lane at a time, give or take `slackMs`: a bar may be thinner than a finger. */
export function barAt(lane: readonly MachineBar[], at: number, slackMs: number): MachineBar | undefined {
  const next = firstWhere(lane, (bar) => endOf(bar) >= at - slackMs)
  const bar = lane[next]
  return bar && bar.fromAt <= at + slackMs ? bar : undefined
}

/** Which phase of a machine holds at a time, by its place. */
export function phaseAt({ phases }: MachineBar, at: number): number {
  return Math.max(0, firstWhere(phases, ({ fromAt }) => fromAt > at) - 1)
}

export interface PhaseSpan extends Phase {
  readonly toAt: number
  /** It is going on. */
  readonly isOpen: boolean
}

/** The phases of a machine with their ends; the last one of a machine that is there goes on until `now`. */
export function phaseSpans({ phases, toAt }: MachineBar, now: number): readonly PhaseSpan[] {
  return phases.map((phase, place) => {
    const end = phases[place + 1]?.fromAt ?? toAt
    return { ...phase, toAt: end ?? Math.max(now, phase.fromAt), isOpen: end === undefined }
  })
}
