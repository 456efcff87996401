import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const PREFIX = 'woodpecker_autoscaler_'

/** Makes metrics of one registry, with the prefix that all of ours have. */
export class Maker {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  counter<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Counter<Label> {
    return new Counter({ ...this.#named(name, help), labelNames })
  }

  /** `collect` is called at each scrape, to set it. */
  gauge<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ): Gauge<Label> {
    return new Gauge({ ...this.#named(name, help), labelNames })
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({ ...this.#named(name, help), labelNames, buckets: [...buckets] })
  }

  #named(name: string, help: string): { name: string; help: string; registers: Registry[] } {
    return { name: `${PREFIX}${name}`, help, registers: [this.#registry] }
  }
}

/** Of a call, and of a look. */
export const CALL_SECONDS: readonly number[] = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 120]
/** Of a machine that comes up. */
export const BOOT_SECONDS: readonly number[] = [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_800]
/** Of a task that waits. */
export const WAIT_SECONDS: readonly number[] = [
  1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_800, 3_600,
]
