import type { OutsideError } from '@woodpeckers/autoscaler-core'
import type { Counter, Gauge, Histogram } from 'prom-client'
import { CALL_SECONDS, type Maker } from './make.ts'

/** One call to the outside that has ended. */
export interface CallSeen {
  /** Whom it went to: `server`, or a provider's name. One of few words. */
  readonly target: string
  /** Which function of the port. */
  readonly operation: string
  readonly result: CallResult
  readonly tookMs: number
}

/** `no-answer`: it was called off before it ended, as by its deadline. */
export type CallResult = 'ok' | 'no-answer' | OutsideError['kind']

/** Calls to the server and to each cloud. */
export class CallMetrics {
  readonly #calls: Counter<'target' | 'operation' | 'result'>
  readonly #seconds: Histogram<'target' | 'operation'>
  readonly #budget: Gauge<'target'>

  constructor(make: Maker) {
    this.#calls = make.counter(
      'calls_total',
      'Calls to the server and to clouds, retries of one call not counted: ok, no-answer (called off, as by a deadline), or the kind of the error.',
      ['target', 'operation', 'result'],
    )
    this.#seconds = make.histogram(
      'call_duration_seconds',
      'How long calls to the server and to clouds took, retries and waiting for the rate limit included.',
      ['target', 'operation'],
      CALL_SECONDS,
    )
    this.#budget = make.gauge(
      'rate_limit_remaining',
      'Requests that are left of the rate limit, as of the latest call; only of clouds that tell.',
      ['target'],
    )
  }

  observe({ target, operation, result, tookMs }: CallSeen): void {
    this.#calls.inc({ target, operation, result })
    this.#seconds.observe({ target, operation }, Math.max(0, tookMs) / 1_000)
  }

  setBudget(target: string, remaining: number): void {
    if (Number.isFinite(remaining)) this.#budget.set({ target }, remaining)
  }
}
