import type { Mutant } from '../mutant.ts'

/** Ways to go on after a server of a version that cannot be used. */
export const unsupportedServer: readonly Mutant[] = [
  {
    what: 'takes a server that came back from an unsupported version for one that never restarted',
    file: 'core/src/memory/disturbance.ts',
    find: "'unexpected-answer', 'unsupported'])",
    replace: "'unexpected-answer'])",
    seenBy: { tests: 'observe-limits.test.ts' },
  },
]
