import { barAt } from './bar-search.ts'
import { createLaneScale } from './lane-scale.ts'
import { type Outlook, pan, zoom } from './time-window.ts'
import { GUTTER, type Hover, type TimelineState } from './timeline-state.ts'

const CLICK_PIXELS = 4

/** Pointing, dragging sideways, the wheel, and clicks, over all that has a time; answers what ends that. */
export function followPointer(body: HTMLElement, timeline: TimelineState): () => void {
  const ended = new AbortController()
  let drag: { readonly x: number; readonly outlook: Outlook; isMoving: boolean } | undefined
  const listen = <K extends keyof HTMLElementEventMap>(
    kind: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void => body.addEventListener(kind, listener, { signal: ended.signal, passive: kind !== 'wheel' })

  listen('pointerdown', (event) => {
    if (event.button === 0) drag = { x: event.clientX, outlook: timeline.outlook.value, isMoving: false }
  })
  listen('pointermove', (event) => {
    if (drag && Math.abs(event.clientX - drag.x) > CLICK_PIXELS && !drag.isMoving) {
      drag.isMoving = true
      body.setPointerCapture(event.pointerId)
    }
    if (drag?.isMoving) {
      const byMs = (drag.x - event.clientX) * msPerPixel(timeline)
      timeline.outlook.value = pan(drag.outlook, byMs, timeline.extent.value)
    }
    const hover = drag?.isMoving ? undefined : hoverOf(event, body, timeline)
    timeline.hover.value = hover
    body.style.cursor = drag?.isMoving ? 'grabbing' : hover?.bar ? 'pointer' : ''
  })
  listen('pointerup', (event) => {
    const wasMoving = drag?.isMoving
    drag = undefined
    if (wasMoving || event.button !== 0) return
    const bar = hoverOf(event, body, timeline)?.bar
    if (bar) timeline.open(bar.name)
  })
  listen('pointercancel', () => {
    drag = undefined
  })
  listen('pointerleave', () => {
    timeline.hover.value = undefined
  })
  listen('wheel', (event) => {
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX
    const hover = hoverOf(event, body, timeline)
    if (event.ctrlKey && hover) {
      event.preventDefault()
      timeline.outlook.value = zoom(
        timeline.outlook.value,
        1.002 ** event.deltaY,
        hover.at,
        timeline.extent.value,
      )
    } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      event.preventDefault()
      timeline.outlook.value = pan(
        timeline.outlook.value,
        sideways * msPerPixel(timeline),
        timeline.extent.value,
      )
    }
  })
  return () => ended.abort()
}

function msPerPixel({ window, width }: TimelineState): number {
  return (window.value.toAt - window.value.fromAt) / Math.max(width.value, 1)
}

function hoverOf(event: MouseEvent, body: HTMLElement, timeline: TimelineState): Hover | undefined {
  const box = body.getBoundingClientRect()
  const x = event.clientX - box.left
  const y = event.clientY - box.top
  if (x < GUTTER) return undefined
  const at = timeline.window.value.fromAt + (x - GUTTER) * msPerPixel(timeline)
  const bar = barUnder(event, at, timeline)
  return { at, x, y, ...(bar && { bar }) }
}

function barUnder(event: MouseEvent, at: number, timeline: TimelineState) {
  const scroller = event.target instanceof Element ? event.target.closest('.bars') : null
  if (!scroller) return undefined
  const layout = timeline.layout.value
  const lane = createLaneScale(layout, 1).laneAt(
    event.clientY - scroller.getBoundingClientRect().top + scroller.scrollTop,
  )
  return lane === undefined ? undefined : barAt(layout.lanes[lane]!, at, 2 * msPerPixel(timeline))
}
