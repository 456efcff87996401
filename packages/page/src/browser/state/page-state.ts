import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Connection } from '../stream/follow.ts'
import { type LiveData, noData } from './live-data.ts'

/** What the parts of the page share. */
export interface PageState {
  readonly data: Signal<LiveData>
  readonly connection: Signal<Connection>
  /** By the browser's clock, once a second. */
  readonly clock: Signal<number>
  /** What time it is where the autoscaler runs, whose clock may differ from the browser's. */
  readonly serverNow: ReadonlySignal<number>
  readonly story: Signal<Story | undefined>
  /** What came of the last order. */
  readonly said: Signal<Said | undefined>
}

export interface Said {
  readonly text: string
  readonly isRefusal: boolean
}

/** Whose story is open. */
export type Story =
  | { readonly kind: 'machine'; readonly name: string }
  | { readonly kind: 'task'; readonly id: string }

export function createPageState(now: number): PageState {
  const data = signal(noData)
  const clock = signal(now)
  return {
    data,
    clock,
    connection: signal<Connection>({ kind: 'connecting' }),
    serverNow: computed(() => {
      const { status, history, receivedAt = clock.value } = data.value
      const told = Math.max(status?.at ?? 0, history?.toAt ?? 0)
      return told === 0 ? clock.value : told + Math.max(0, clock.value - receivedAt)
    }),
    story: signal<Story | undefined>(),
    said: signal<Said | undefined>(),
  }
}
