import type { Mishap, MishapKind } from '../scenario/mishaps.ts'
import type { Scenario } from '../scenario/scenario.ts'

const MINUTE_MS = 60_000

/** Those that last for as long as they say; others happen once, and what they leave takes a while at most. */
const lasting: ReadonlySet<MishapKind> = new Set([
  'second-autoscaler',
  'other-settings',
  'server-restart',
  'server-away',
  'pause-queue',
  'cut-agent-off',
  'freeze-agent',
  'hide-machine',
  'stuck-delete',
  'sell-out',
  'quota',
  'wrong-version',
  'queue-fails',
  'refuse-offering',
  'admin-cordon',
])

interface Trouble {
  readonly fromMs: number
  readonly untilMs: number
}

/** When nothing goes wrong by itself, as the scenario has it. */
export class Quiet {
  readonly #troubles: readonly Trouble[]

  /** @param ignored kinds that do not count, as one looks for what they leave */
  constructor({ mishaps, weather, orders = [] }: Scenario, ignored: readonly MishapKind[] = []) {
    this.#troubles = [
      ...mishaps.filter(({ kind }) => !ignored.includes(kind)).map(troubleOf),
      ...weather.map(({ fromMs, forMs }) => ({ fromMs, untilMs: fromMs + forMs })),
      ...orders.map(({ atMs, forMs }) => ({ fromMs: atMs, untilMs: atMs + forMs })),
    ]
  }

  /** For how long it has been quiet, so long after the world's beginning; 0 = it is not. */
  forMs(sinceStartMs: number): number {
    let since = 0
    for (const { fromMs, untilMs } of this.#troubles) {
      if (fromMs <= sinceStartMs) since = Math.max(since, untilMs)
    }
    return Math.max(0, sinceStartMs - since)
  }
}

function troubleOf({ kind, atMs, forMs }: Mishap): Trouble {
  switch (kind) {
    case 'slow-boots':
    case 'start-slowly':
      return { fromMs: atMs, untilMs: atMs + 25 * MINUTE_MS + forMs }
    case 'fail-boots':
    case 'deaf-boots':
      return { fromMs: atMs, untilMs: atMs + 20 * MINUTE_MS }
    default:
      return { fromMs: atMs, untilMs: atMs + (lasting.has(kind) ? forMs : 0) }
  }
}
