import { clip } from '../format/clip.ts'
import type { BarLayout } from './bar-layout.ts'
import { barRectangles, type Viewport } from './bar-rectangles.ts'
import { phaseSpans } from './bar-search.ts'
import { doingKinds } from './doing.ts'
import type { LaneScale } from './lane-scale.ts'
import type { Palette } from './palette.ts'
import type { Selection } from './selection.ts'
import { timeTicks } from './time-ticks.ts'

export interface BarPicture {
  readonly layout: BarLayout
  readonly scale: LaneScale
  readonly viewport: Viewport
  readonly pixelRatio: number
  readonly palette: Palette
  readonly selection: Selection | undefined
  /** A machine to be lifted out, by its name. */
  readonly pointedAt: string | undefined
}

/** Paints the machines: all of one colour at once, for changing it is what takes time. */
export function paintBars(context: CanvasRenderingContext2D, picture: BarPicture): void {
  const { layout, scale, viewport, palette, pixelRatio } = picture
  context.clearRect(0, 0, viewport.width, viewport.height)
  context.fillStyle = palette.line
  for (const at of timeTicks(viewport, viewport.width / pixelRatio)) {
    context.fillRect(Math.round(xOf(at, viewport)), 0, 1, viewport.height)
  }
  const rectangles = barRectangles(layout, scale, viewport)
  for (const kind of doingKinds) {
    context.fillStyle = palette.doing[kind]
    const numbers = rectangles[kind]
    for (let at = 0; at < numbers.length; at += 4)
      context.fillRect(numbers[at]!, numbers[at + 1]!, numbers[at + 2]!, numbers[at + 3]!)
  }
  paintHeadings(context, picture)
  paintMarks(context, picture)
}

function xOf(at: number, { fromAt, toAt, width }: Viewport): number {
  return ((at - fromAt) / (toAt - fromAt)) * width
}

/** The name of each group; the one whose lanes are in view stays at the top. */
function paintHeadings(
  context: CanvasRenderingContext2D,
  { layout, scale, viewport, palette, pixelRatio }: BarPicture,
): void {
  const height = 18 * pixelRatio
  context.font = `600 ${11 * pixelRatio}px Inter, system-ui, sans-serif`
  context.textBaseline = 'middle'
  layout.groups.forEach(({ pool, firstLane, laneCount }, place) => {
    const end = scale.top(firstLane + laneCount - 1) + scale.barHeight - viewport.scrollTop
    const top = Math.min(
      Math.max(scale.headingTop(place) - viewport.scrollTop, 0),
      Math.max(end - height, -height),
    )
    if (top > viewport.height || top <= -height) return
    const { shown } = clip(pool, 60)
    context.fillStyle = palette.surface
    context.fillRect(0, top, context.measureText(shown).width + 10 * pixelRatio, height)
    context.fillStyle = palette.muted
    context.fillText(shown, 2 * pixelRatio, top + height / 2)
  })
}

/** What the pointer is over, and what the keyboard has chosen. */
function paintMarks(
  context: CanvasRenderingContext2D,
  { layout, scale, viewport, palette, pixelRatio, selection, pointedAt }: BarPicture,
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
