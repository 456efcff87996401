import { onThemeChange } from '../parts/theme.ts'
import { createLaneScale } from './lane-scale.ts'
import { drawOnChange } from './on-frame.ts'
import { paintBars } from './paint-bars.ts'
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
  const draw = (): void => {
    const width = timeline.width.value
    if (!context || width <= 0) return
    const layout = timeline.layout.value
    const pixelRatio = devicePixelRatio
    const scale = createLaneScale(layout, pixelRatio)
    const total = Math.ceil(scale.totalHeight / pixelRatio)
    const height = Math.min(total, MOST_HEIGHT)
    resize(canvas, width, height, pixelRatio)
    scroller.style.height = `${height}px`
    spacer.style.height = `${total - height}px`
    const { hover, selection, now } = timeline
    paintBars(context, {
      layout,
      scale,
      pixelRatio,
      palette,
      selection: selection.value,
      pointedAt: hover.value?.bar?.name,
      viewport: {
        ...timeline.window.value,
        width: canvas.width,
        height: canvas.height,
        scrollTop: Math.round(scroller.scrollTop * pixelRatio),
        now: now.value,
      },
    })
  }
  const endDrawing = drawOnChange(
    () => [
      timeline.window.value,
      timeline.layout.value,
      timeline.width.value,
      timeline.hover.value?.bar?.name,
      timeline.selection.value,
    ],
    draw,
  )
  const endTheme = onThemeChange(() => {
    palette = readPalette(scroller)
    draw()
  })
  scroller.addEventListener('scroll', draw, { passive: true })
  return () => {
    endDrawing()
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
