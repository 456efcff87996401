import type { MachineBar } from '@woodpeckers/autoscaler-observer'
import { type BarLayout, endOf } from './bar-layout.ts'
import { phaseAt } from './bar-search.ts'

/** What is chosen by the keyboard: a phase of a machine. */
export interface Selection {
  readonly name: string
  readonly phase: number
}

export type Step = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

/**
 * What is chosen after a step: left and right through the phases of a lane, up and down to what another lane has at
 * about the same time. At an end it stays. Without anything chosen before, or once it is gone: what is there now.
 */
export function moveSelection(
  layout: BarLayout,
  selection: Selection | undefined,
  step: Step,
  now: number,
): Selection | undefined {
  const lane = selection && layout.laneOf.get(selection.name)
  if (selection === undefined || lane === undefined) return startOf(layout, now)
  const bars = layout.lanes[lane]!
  const place = bars.findIndex(({ name }) => name === selection.name)
  const bar = bars[place]!
  switch (step) {
    case 'left':
      if (selection.phase > 0) return { ...selection, phase: selection.phase - 1 }
      return place > 0 ? lastPhase(bars[place - 1]!) : selection
    case 'right':
      if (selection.phase < bar.phases.length - 1) return { ...selection, phase: selection.phase + 1 }
      return place < bars.length - 1 ? { name: bars[place + 1]!.name, phase: 0 } : selection
    case 'first':
      return { name: bars[0]!.name, phase: 0 }
    case 'last':
      return lastPhase(bars.at(-1)!)
    case 'up':
    case 'down': {
      const other = layout.lanes[lane + (step === 'up' ? -1 : 1)]
      return other ? atAbout(other, bar.phases[selection.phase]?.fromAt ?? bar.fromAt) : selection
    }
    default:
      return step satisfies never
  }
}

function startOf({ lanes }: BarLayout, now: number): Selection | undefined {
  const lane = lanes.find((bars) => bars.some((bar) => endOf(bar) >= now)) ?? lanes[0]
  return lane && lastPhase(lane.at(-1)!)
}

function atAbout(bars: readonly MachineBar[], at: number): Selection {
  const distance = (bar: MachineBar): number => Math.max(bar.fromAt - at, at - endOf(bar), 0)
  const nearest = bars.reduce((best, bar) => (distance(bar) < distance(best) ? bar : best))
  return { name: nearest.name, phase: phaseAt(nearest, at) }
}

function lastPhase(bar: MachineBar): Selection {
  return { name: bar.name, phase: Math.max(0, bar.phases.length - 1) }
}
