import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { HistoryView, MachineBar, Sample } from '@woodpeckers/autoscaler-observer'
import { type BarLayout, layoutBars } from './bar-layout.ts'
import type { Selection } from './selection.ts'
import { stretchOf, thinSamples } from './thin-samples.ts'
import { type Extent, type Outlook, type TimeWindow, windowOf } from './time-window.ts'

/** One timeline: what it shows, and what is pointed at. */
export interface TimelineState {
  readonly history: ReadonlySignal<HistoryView>
  readonly now: ReadonlySignal<number>
  /** Of timelines that move together it is the same. */
  readonly outlook: Signal<Outlook>
  readonly extent: ReadonlySignal<Extent>
  readonly window: ReadonlySignal<TimeWindow>
  readonly layout: ReadonlySignal<BarLayout>
  /** No more samples than can be told apart; the last one holds until now. */
  readonly samples: ReadonlySignal<readonly Sample[]>
  /** Samples further apart say nothing of the time between them. */
  readonly gapMs: ReadonlySignal<number>
  readonly hover: Signal<Hover | undefined>
  readonly selection: Signal<Selection | undefined>
  /** Of the part where time is drawn, in pixels of the page. */
  readonly width: Signal<number>
  readonly open: (machine: string) => void
}

/** What the pointer is over; `x` and `y` within the timeline. */
export interface Hover {
  readonly at: number
  readonly x: number
  readonly y: number
  readonly bar?: MachineBar
}

/** Where the labels of the vertical axes stand, left of all that has a time. */
export const GUTTER = 44

export interface TimelineSources {
  readonly history: ReadonlySignal<HistoryView>
  readonly now: ReadonlySignal<number>
  readonly outlook: Signal<Outlook>
  readonly open: (machine: string) => void
  /** As of `TimelineState`; `Infinity`: there is a sample whenever something changed. */
  readonly gapMs: number
}

export function createTimeline({ history, now, outlook, open, gapMs }: TimelineSources): TimelineState {
  const extent = computed(() => ({
    fromAt: history.value.fromAt,
    toAt: Math.max(now.value, history.value.toAt),
  }))
  const window = computed(() => windowOf(outlook.value, extent.value))
  const width = signal(0)
  const stretchMs = computed(() => stretchOf(window.value.toAt - window.value.fromAt, width.value))
  const gaps = computed(() => Math.max(gapMs, 3 * stretchMs.value))
  const thinned = computed(() => thinSamples(history.value.samples, stretchMs.value))
  let before: BarLayout | undefined
  return {
    history,
    now,
    outlook,
    open,
    extent,
    window,
    layout: computed(() => {
      before = layoutBars(history.value.machines, history.value.pools, before)
      return before
    }),
    samples: computed(() => {
      const last = history.value.samples.at(-1)
      const { toAt } = extent.value
      const isFresh = last !== undefined && toAt - last.at <= gaps.value
      return isFresh ? [...thinned.value, { ...last, at: toAt }] : thinned.value
    }),
    gapMs: gaps,
    hover: signal<Hover | undefined>(),
    selection: signal<Selection | undefined>(),
    width,
  }
}
