import type { Observer } from '@woodpeckers/autoscaler-observer'

/** All that can be seen of a running autoscaler. Nothing here takes long, or changes anything. */
export interface Sight {
  readonly observer: Pick<Observer, 'report' | 'status' | 'history' | 'events' | 'machine' | 'subscribe'>
  /** By the loop's monotonic clock: when the last tick ended; before the first, when the loop began. */
  lookedAt(): number
  metrics(): Promise<MetricsText>
  /** Takes secrets out of a text, as the log does. */
  hide(text: string): string
}

/** As Prometheus reads it. */
export interface MetricsText {
  readonly type: string
  readonly text: string
}
