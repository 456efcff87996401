import { phaseSpans } from './bar-search.ts'
import { type BarPicture, xOf } from './paint-bars.ts'
import type { Selection } from './selection.ts'

export interface Marks {
  readonly selection: Selection | undefined
  /** A machine, by its name. */
  readonly pointedAt: string | undefined
}

/** What the pointer is over, and what the keyboard has chosen. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  { layout, scale, viewport, palette, pixelRatio }: BarPicture,
  { selection, pointedAt }: Marks,
): void {
  const outline = (name: string, phase: number | undefined, colour: string): void => {
    const lane = layout.laneOf.get(name)
    const bar = lane === undefined ? undefined : layout.lanes[lane]!.find((each) => each.name === name)
    if (lane === undefined || !bar) return
    const span = phase === undefined ? undefined : phaseSpans(bar, viewport.now)[phase]
    const left = xOf(span?.fromAt ?? bar.fromAt, viewport)
    const right = xOf(span?.toAt ?? bar.toAt ?? viewport.now, viewport)
    const width = 2 * pixelRatio
    context.strokeStyle = colour
    context.lineWidth = width
    context.strokeRect(
      left - width / 2,
      scale.top(lane) - viewport.scrollTop - width / 2,
      Math.max(right - left, 1) + width,
      scale.barHeight + width,
    )
  }
  if (pointedAt !== undefined) outline(pointedAt, undefined, palette.text)
  if (selection) outline(selection.name, selection.phase, palette.focus)
}
