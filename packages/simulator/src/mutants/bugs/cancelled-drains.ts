import type { Mutant } from '../mutant.ts'

/** Ways to drain on although the order was cancelled. */
export const cancelledDrains: readonly Mutant[] = [
  {
    what: 'goes on with a drain whose order was cancelled',
    file: 'core/src/plan/cancelled-drain.ts',
    find: "if (history.drain.because === 'asked') return true",
    replace: "if (history.drain.because === 'asked') return false",
    seenBy: { tests: 'cancelled-drain.test.ts' },
  },
]
