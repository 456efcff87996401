import type { Mutant } from '../mutant.ts'

/** What is believed of records and their machines. */
export const records: readonly Mutant[] = [
  {
    what: 'sees the work of one agent alone where several have the name of a machine',
    file: 'core/src/plan/agent-record.ts',
    find: "if (evidence.kind === 'none' || isGivenUp) return { kind: 'none' }",
    replace: "if (evidence) return { kind: 'none' }",
    seenBy: { tests: 'same-name.test.ts' },
  },
  {
    what: 'terminates a machine while a second agent of its name is not cordoned',
    file: 'core/src/plan/drain.ts',
    find: '    ...member.further.map((record) =>\n      record.connected ?',
    replace: '    ...member.further.slice(9).map((record) =>\n      record.connected ?',
    seenBy: { tests: 'same-name.test.ts' },
  },
]
