import { clip } from '../format/clip.ts'
import type { BarLayout } from './bar-layout.ts'
import { barRectangles, type Viewport } from './bar-rectangles.ts'
import { doingKinds } from './doing.ts'
import type { LaneScale } from './lane-scale.ts'
import type { Palette } from './palette.ts'
import { timeTicks } from './time-ticks.ts'

export interface BarPicture {
  readonly layout: BarLayout
  readonly scale: LaneScale
  readonly viewport: Viewport
  readonly pixelRatio: number
  readonly palette: Palette
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
}

/** Where a time is, in pixels of the device. */
export function xOf(at: number, { fromAt, toAt, width }: Viewport): number {
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
