import { FakeWorld, type FakeWorldOptions } from '@woodpeckers/autoscaler-core/testing'
import { Metrics } from './metrics/index.ts'
import { Observer, type ObserverOptions } from './observer.ts'

/** The real engine between fakes, in virtual time, with an observer and metrics on it. */
export class Site {
  readonly world: FakeWorld
  readonly observer: Observer
  readonly metrics: Metrics

  constructor(options: FakeWorldOptions = {}, observing: Partial<ObserverOptions> = {}) {
    this.world = new FakeWorld({
      cloud: { offerings: [{ id: 'cx22:fsn1', hourlyPrice: { amount: 0.06, currency: 'EUR' } }] },
      ...options,
      onTick: (report) => {
        this.observer.onTick(report)
        this.metrics.onTick(report)
      },
      onOutcome: (outcome) => {
        this.observer.onOutcome(outcome)
        this.metrics.onOutcome(outcome)
      },
    })
    this.observer = new Observer({ clock: this.world.clock, ...observing })
    this.metrics = new Metrics({ clock: this.world.clock, version: '1.2.3', ofProcess: false })
  }

  /** One value of a metric; with labels as in `pool="1"`. 0 where there is none. */
  async metric(name: string, ...labels: readonly string[]): Promise<number> {
    const lines = (await this.metrics.text()).split('\n')
    const found = lines.filter(
      (line) =>
        (line.startsWith(`woodpecker_autoscaler_${name}{`) ||
          line.startsWith(`woodpecker_autoscaler_${name} `)) &&
        labels.every((label) => line.includes(label)),
    )
    return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world.stop()
  }
}
