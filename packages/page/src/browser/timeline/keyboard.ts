import { phaseSpans } from './bar-search.ts'
import { createLaneScale } from './lane-scale.ts'
import { moveSelection, type Selection, type Step } from './selection.ts'
import { pan, zoom } from './time-window.ts'
import type { TimelineState } from './timeline-state.ts'

const steps: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
}
const zooms: Readonly<Record<string, number>> = { '+': 1 / 1.5, '=': 1 / 1.5, '-': 1.5 }

/** Moves what is chosen, opens it, or shows more or less of time. Keys that mean nothing here are left alone. */
export function chooseByKey(event: KeyboardEvent, timeline: TimelineState, scroller: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { selection, layout, now, outlook, window, extent } = timeline
  const step = steps[event.key]
  const factor = zooms[event.key]
  if (step) {
    selection.value = moveSelection(layout.value, selection.value, step, now.value)
    if (selection.value) bringIntoView(selection.value, timeline, scroller)
  } else if (factor) {
    const { fromAt, toAt } = window.value
    outlook.value = zoom(outlook.value, factor, (fromAt + toAt) / 2, extent.value)
  } else if (event.key === 'Enter' && selection.value) {
    timeline.open(selection.value.name)
  } else if (event.key === 'Escape' && selection.value) {
    selection.value = undefined
  } else {
    return
  }
  event.preventDefault()
}

function bringIntoView(selection: Selection, timeline: TimelineState, scroller: HTMLElement): void {
  const layout = timeline.layout.value
  const lane = layout.laneOf.get(selection.name)
  const bar = lane === undefined ? undefined : layout.lanes[lane]!.find(({ name }) => name === selection.name)
  if (lane === undefined || !bar) return
  const scale = createLaneScale(layout, 1)
  const top = scale.top(lane)
  if (top - 24 < scroller.scrollTop) scroller.scrollTop = top - 24
  const bottom = top + scale.barHeight + 4
  if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight
  const span = phaseSpans(bar, timeline.now.value)[selection.phase]
  const { fromAt, toAt } = timeline.window.value
  if (!span) return
  const margin = (toAt - fromAt) / 10
  if (span.toAt < fromAt + margin) move(timeline, span.fromAt - margin - fromAt)
  else if (span.fromAt > toAt - margin) move(timeline, span.toAt + margin - toAt)
}

function move(timeline: TimelineState, byMs: number): void {
  timeline.outlook.value = pan(timeline.outlook.value, byMs, timeline.extent.value)
}
