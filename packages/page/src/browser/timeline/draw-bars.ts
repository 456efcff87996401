import { onThemeChange } from '../parts/theme.ts'
import { createLaneScale } from './lane-scale.ts'
import { drawOnChange } from './on-frame.ts'
import { type BarPicture, paintBars } from './paint-bars.ts'
import { paintMarks } from './paint-marks.ts'
import { readPalette } from './palette.ts'
import type { TimelineState } from './timeline-state.ts'

export interface BarElements {
  readonly scroller: HTMLElement
  readonly canvas: HTMLCanvasElement
  /** As high as all lanes, so that the browser scrolls them. */
  readonly spacer: HTMLElement
}

const MOST_HEIGHT = 460

/** Keeps the picture of the machines as the timeline says; answers what ends that. */
export function drawBars({ scroller, canvas, spacer }: BarElements, timeline: TimelineState): () => void {
  let palette = readPalette(scroller)
  const context = canvas.getContext('2d')
  // The bars without marks: the pointer moves over them far more often than they change.
  const bars = document.createElement('canvas').getContext('2d')
  let picture: BarPicture | undefined
  const mark = (): void => {
    if (!context || !bars || !picture) return
    context.clearRect(0, 0, canvas.width, canvas.height)
    context.drawImage(bars.canvas, 0, 0)
    paintMarks(context, picture, {
      selection: timeline.selection.value,
      pointedAt: timeline.hover.value?.bar?.name,
    })
  }
  const draw = (): void => {
    const width = timeline.width.value
    if (!bars || width <= 0) return
    const layout = timeline.layout.value
    const pixelRatio = devicePixelRatio
    const scale = createLaneScale(layout, pixelRatio)
    const total = Math.ceil(scale.totalHeight / pixelRatio)
    const height = Math.min(total, MOST_HEIGHT)
    scroller.style.height = `${height}px`
    spacer.style.height = `${total - height}px`
    resize(canvas, width, height, pixelRatio)
    resize(bars.canvas, width, height, pixelRatio)
    picture = {
      layout,
      scale,
      pixelRatio,
      palette,
      viewport: {
        ...timeline.window.value,
        width: canvas.width,
        height: canvas.height,
        scrollTop: Math.round(scroller.scrollTop * pixelRatio),
        now: timeline.now.value,
      },
    }
    paintBars(bars, picture)
    mark()
  }
  const endDrawing = drawOnChange(
    () => [timeline.window.value, timeline.layout.value, timeline.width.value],
    draw,
  )
  const endMarking = drawOnChange(() => [timeline.hover.value?.bar?.name, timeline.selection.value], mark)
  const endTheme = onThemeChange(() => {
    palette = readPalette(scroller)
    draw()
  })
  scroller.addEventListener('scroll', draw, { passive: true })
  return () => {
    endDrawing()
    endMarking()
    endTheme()
    scroller.removeEventListener('scroll', draw)
  }
}

function resize(canvas: HTMLCanvasElement, width: number, height: number, pixelRatio: number): void {
  const pixelWidth = Math.round(width * pixelRatio)
  const pixelHeight = Math.round(height * pixelRatio)
  if (canvas.width === pixelWidth && canvas.height === pixelHeight) return
  canvas.width = pixelWidth
  canvas.height = pixelHeight
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
}
