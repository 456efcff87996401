import type { Mutant } from '../mutant.ts'

/** Ways to stay with a machine type that the cloud refuses, or to leave one without need. */
export const refusedOfferings: readonly Mutant[] = [
  {
    what: 'repeats a rejected request with the same machine type for ever',
    file: 'core/src/engine/try-offerings.ts',
    find: " || kind === 'rejected'",
    replace: '',
    seenBy: { tests: 'engine/refused-offerings.test.ts' },
  },
  {
    what: 'takes the limit of one family of machine types for that of the account',
    file: 'core/src/engine/try-offerings.ts',
    find: " || kind === 'quota-exceeded'",
    replace: '',
    seenBy: { tests: 'engine/refused-offerings.test.ts' },
  },
  {
    what: 'orders a second machine where the first one may exist',
    file: 'core/src/engine/try-offerings.ts',
    find: 'error.mayHaveActed || ',
    replace: '',
    seenBy: { tests: 'engine/refused-offerings.test.ts' },
  },
  {
    what: 'forgets which machine type was refused',
    file: 'core/src/memory/refused-offerings.ts',
    find: 'if (next) ofPool.set(refusal.offering, next)',
    replace: '',
    seenBy: { tests: 'engine/refused-offerings.test.ts' },
  },
  {
    what: 'skips every machine type because the account was full',
    file: 'core/src/memory/refused-offerings.ts',
    find: "if (isOfAccount && refusal.kind === 'quota-exceeded') continue",
    replace: '',
    seenBy: { tests: 'engine/refused-offerings.test.ts' },
  },
  {
    what: 'buys another machine type after the first failure of the cloud',
    file: 'core/src/memory/refused-offerings.ts',
    find: 'freeTries: 2',
    replace: 'freeTries: 0',
    seenBy: { tests: 'engine/refused-offerings.test.ts' },
  },
]
