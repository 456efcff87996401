import type { Clock, Outcome, TickReport } from '@woodpeckers/autoscaler-core'
import { type Gauge, Registry } from 'prom-client'
import { CallMetrics, type CallSeen } from './calls.ts'
import { FlowCounters } from './flow-counters.ts'
import { Maker } from './make.ts'
import { addProcessMetrics } from './process-metrics.ts'
import { StateGauges } from './state-gauges.ts'

export interface MetricsOptions {
  readonly clock: Clock
  /** Of the program, for `build_info`. */
  readonly version: string
  /** Whether memory, processor and event loop of this process are there too. Default: yes. */
  readonly ofProcess?: boolean
}

/** A metric, without its values. */
export interface DescribedMetric {
  readonly name: string
  readonly help: string
  /** `counter`, `gauge`, `histogram` or `summary`. */
  readonly kind: string
  readonly labels: readonly string[]
}

/** All that Prometheus is told, in a registry of its own; labels have values of which there are few. */
export class Metrics {
  readonly clock: Clock
  readonly #registry = new Registry()
  readonly #state: StateGauges
  readonly #flow: FlowCounters
  readonly #calls: CallMetrics
  readonly #age: Gauge
  /** They are to be added still: to measure costs a little all the time, which nobody pays who does not ask. */
  #ofProcess: boolean
  #report: TickReport | undefined
  #asked: Promise<string> | undefined

  constructor({ clock, version, ofProcess = true }: MetricsOptions) {
    this.clock = clock
    const make = new Maker(this.#registry)
    this.#state = new StateGauges(make)
    this.#age = make.gauge(
      'snapshot_age_seconds',
      'How long ago the latest look began; it rises when the loop stands still.',
    )
    this.#flow = new FlowCounters(make)
    this.#calls = new CallMetrics(make)
    make
      .gauge('build_info', 'Which version of the program runs, on which Node: always 1.', [
        'version',
        'node_version',
      ])
      .set({ version, node_version: process.version }, 1)
    this.#ofProcess = ofProcess
  }

  /** Goes with `text`. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** What there is, in the order of the text. */
  get described(): readonly DescribedMetric[] {
    this.#measureProcess()
    return this.#registry.getMetricsAsArray().map((metric) => {
      const { name, help, type } = metric
      const labels = 'labelNames' in metric ? (metric.labelNames as readonly string[]) : []
      // As enumerations are in the library's types, and words in what it runs.
      return { name, help, kind: String(type), labels }
    })
  }

  onTick(report: TickReport): void {
    this.#report = report
    this.#flow.onTick(report)
  }

  onOutcome(outcome: Outcome): void {
    this.#flow.onOutcome(outcome)
  }

  observeCall(call: CallSeen): void {
    this.#calls.observe(call)
  }

  /** `remaining`: requests that are left, as the cloud last said. */
  observeBudget(target: string, remaining: number): void {
    this.#calls.setBudget(target, remaining)
  }

  /** All of it in Prometheus' text format; those who ask at the same time get the same. */
  text(): Promise<string> {
    this.#asked ??= this.#makeText().finally(() => {
      this.#asked = undefined
    })
    return this.#asked
  }

  #measureProcess(): void {
    if (this.#ofProcess) addProcessMetrics(this.#registry)
    this.#ofProcess = false
  }

  async #makeText(): Promise<string> {
    this.#measureProcess()
    const report = this.#report
    if (report) {
      this.#state.fill(report)
      this.#age.set(Math.max(0, this.clock.now() - report.snapshot.takenAt) / 1_000)
    }
    return await this.#registry.metrics()
  }
}
