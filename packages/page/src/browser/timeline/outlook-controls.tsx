import type { ReadonlySignal, Signal } from '@preact/signals'
import type { VNode } from 'preact'
import { dayTime } from '../format/moment.ts'
import { Choice } from '../parts/choice.tsx'
import { type Extent, type Outlook, pan, windowOf } from './time-window.ts'

const HOUR_MS = 3_600_000

interface OutlookControlsProps {
  readonly outlook: Signal<Outlook>
  readonly extent: ReadonlySignal<Extent>
  /** What the newest moment is called. */
  readonly end: 'now' | 'end'
}

/** How much of time is shown, and which part of it. */
export function OutlookControls({ outlook, extent, end }: OutlookControlsProps): VNode {
  const { spanMs, endAt } = outlook.value
  const { fromAt, toAt } = windowOf(outlook.value, extent.value)
  const allMs = extent.value.toAt - extent.value.fromAt
  const spans = [
    ...[1, 6, 24].map((hours) => [String(hours * HOUR_MS), `${hours} h`] as const),
    ...(end === 'end' ? [[String(allMs), 'All'] as const] : []),
  ]
  const move = (share: number) => () => {
    outlook.value = pan(outlook.value, share * spanMs, extent.value)
  }
  return (
    <div class="outlook">
      <span class="muted shown-time">
        {dayTime(fromAt)} – {endAt === undefined && end === 'now' ? end : dayTime(toAt)}
      </span>
      <button type="button" aria-label="Earlier" onClick={move(-0.5)}>
        ‹
      </button>
      <button type="button" aria-label="Later" disabled={endAt === undefined} onClick={move(0.5)}>
        ›
      </button>
      <button
        type="button"
        aria-pressed={endAt === undefined}
        onClick={() => {
          outlook.value = { spanMs }
        }}
      >
        {end === 'now' ? 'Now' : 'End'}
      </button>
      <Choice
        label="How much of time is shown"
        options={spans}
        value={spans.find(([ms]) => Number(ms) === spanMs)?.[0]}
        onChoose={(ms) => {
          outlook.value = { ...outlook.value, spanMs: Number(ms) }
        }}
      />
    </div>
  )
}
