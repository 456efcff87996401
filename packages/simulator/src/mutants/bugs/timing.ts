import type { Mutant } from '../mutant.ts'

/** Too early, too late, or by a clock that somebody sets. */
export const timing: readonly Mutant[] = [
  {
    what: 'lets one event keep the next one waiting for seconds',
    file: 'core/src/engine/wake-ups.ts',
    find: 'const LEAST_BETWEEN_EVENTS_MS = 300',
    replace: 'const LEAST_BETWEEN_EVENTS_MS = 2_000',
    seenBy: { tests: 'busy-events.test.ts' },
  },
  {
    what: 'reads a slow server as often as a fast one',
    file: 'core/src/engine/wake-ups.ts',
    find: 'const GAP_PER_READ = 10',
    replace: 'const GAP_PER_READ = 0',
    seenBy: { tests: 'busy-events.test.ts' },
  },
  {
    what: 'takes a reconnection for an event that others wait for',
    file: 'core/src/engine/wake-ups.ts',
    find: 'this.#lastEventTickAt = Number.NEGATIVE_INFINITY\n        this.served()',
    replace: 'this.#lastEventTickAt = now\n        this.served()',
    seenBy: { tests: 'wake-ups.test.ts' },
  },
  {
    what: 'polls before the tasks of an event are in the queue, and never after it',
    file: 'woodpecker/src/events/listen.ts',
    find: 'toldAt - at >= LEAST_SETTLE_MS',
    replace: 'toldAt - at >= 0',
    seenBy: { tests: 'listen.test.ts' },
  },
  {
    what: 'takes a clock that was set for time that has passed',
    file: 'core/src/engine/create-autoscaler.ts',
    find: 'if (jumpMs === 0) return',
    replace: 'if (jumpMs !== Number.POSITIVE_INFINITY) return',
    seenBy: { tests: 'set-clock.test.ts' },
  },
  {
    what: 'takes a machine for as old as a clock says that does not agree with ours',
    file: 'core/src/memory/creations.ts',
    find: 'const fits = ',
    replace: 'const fits = told > 0 || ',
    seenBy: { tests: 'set-clock.test.ts' },
  },
  {
    what: 'ends machines right after it was suspended',
    file: 'core/src/memory/disturbance.ts',
    find: 'if (hasSlept(memory, snapshot)) return',
    replace: 'if (hasSlept(memory, snapshot) && at < 0) return',
    seenBy: { tests: 'set-clock.test.ts' },
  },
  {
    what: 'begins to drain an idle agent only at its timeout',
    file: 'core/src/plan/drain-times.ts',
    find: 'if (member.pool.idleTimeoutMs < EARLY_DRAIN_FROM_MS ||',
    replace: 'if (member.pool.idleTimeoutMs >= 0 ||',
    seenBy: { tests: 'ends-at-timeout.test.ts' },
  },
  {
    what: 'ends an idle machine before its timeout',
    file: 'core/src/plan/drain.ts',
    find: 'if (endAt !== undefined) return { wakeAt: endAt }',
    replace: '',
    seenBy: { tests: 'ends-at-timeout.test.ts' },
  },
  {
    what: 'ticks for each step of each drain by itself',
    file: 'core/src/engine/wake-ups.ts',
    find: 'const LEAST_BETWEEN_STEPS_MS = 1_000',
    replace: 'const LEAST_BETWEEN_STEPS_MS = 0',
    seenBy: { tests: 'wake-ups.test.ts' },
  },
]
