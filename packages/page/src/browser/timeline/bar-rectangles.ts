import type { MachineBar } from '@woodpeckers/autoscaler-observer'
import type { BarLayout } from './bar-layout.ts'
import { endOf } from './bar-layout.ts'
import { firstWhere } from './bar-search.ts'
import { type Doing, doingKinds, doings } from './doing.ts'
import type { LaneScale } from './lane-scale.ts'
import type { TimeWindow } from './time-window.ts'

/** Rectangles to fill, by colour: four numbers each (left, top, width, height), in whole pixels of the device. */
export type Rectangles = Readonly<Record<Doing, readonly number[]>>

export interface Viewport extends TimeWindow {
  /** In pixels of the device, as all below. */
  readonly width: number
  readonly height: number
  readonly scrollTop: number
  /** Phases without an end go on until then. */
  readonly now: number
}

/** What of the machines is to be seen in a viewport. A lane has no more rectangles than it has pixels. */
export function barRectangles(layout: BarLayout, scale: LaneScale, viewport: Viewport): Rectangles {
  const found = Object.fromEntries(doingKinds.map((doing) => [doing, [] as number[]])) as Record<
    Doing,
    number[]
  >
  const [first, last] = scale.visible(viewport.scrollTop, viewport.height)
  for (let lane = first; lane <= last; lane++) {
    const bars = layout.lanes[lane]!
    const top = Math.round(scale.top(lane) - viewport.scrollTop)
    for (let at = firstWhere(bars, (bar) => endOf(bar) >= viewport.fromAt); at < bars.length; at++) {
      const bar = bars[at]!
      if (bar.fromAt > viewport.toAt) break
      addBar(found, bar, top, scale.barHeight, viewport)
    }
  }
  return found
}

function addBar(
  found: Record<Doing, number[]>,
  bar: MachineBar,
  top: number,
  barHeight: number,
  { fromAt, toAt, width, now }: Viewport,
): void {
  const { phases } = bar
  const pixelsPerMs = width / (toAt - fromAt)
  const end = Math.min(bar.toAt ?? now, toAt)
  let painted = Number.NEGATIVE_INFINITY
  const start = Math.max(0, firstWhere(phases, (phase) => phase.fromAt > fromAt) - 1)
  for (let place = start; place < phases.length; place++) {
    const phase = phases[place]!
    if (phase.fromAt > toAt) break
    const until = Math.min(phases[place + 1]?.fromAt ?? end, end)
    const left = Math.max(Math.round((phase.fromAt - fromAt) * pixelsPerMs), 0, painted)
    const right = Math.max(Math.round((until - fromAt) * pixelsPerMs), painted === left ? left : left + 1)
    if (right <= left) continue
    const height = Math.max(1, Math.round(barHeight * doings[phase.doing].height))
    found[phase.doing].push(left, top + Math.round((barHeight - height) / 2), right - left, height)
    painted = right
  }
}
