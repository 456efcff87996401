import type { Mutant } from '../mutant.ts'

/** What becomes of a launch that a sudden death left between its record and its machine. */
export const unfinishedLaunches: readonly Mutant[] = [
  {
    what: 'waits for a machine that a process has never ordered, as it was killed before',
    file: 'core/src/plan/supply.ts',
    find: "if (member.state !== 'booting' || member.isUnfinished) return false",
    replace: "if (member.state !== 'booting') return false",
    seenBy: { tests: 'unfinished-launch.test.ts' },
  },
  {
    what: 'repeats launches at clouds that give a second machine the same name',
    file: 'core/src/plan/unfinished-launch.ts',
    find: "if (!repeatable.has(pool.id) || state !== 'booting'",
    replace: "if (state !== 'booting'",
    seenBy: { tests: 'unfinished-launch.test.ts' },
  },
  {
    what: 'deletes the record of a repeated launch that failed while the first order may still arrive',
    file: 'core/src/engine/perform.ts',
    find: 'error.mayHaveActed || repeated !== undefined',
    replace: 'error.mayHaveActed',
    seenBy: { tests: 'unfinished-launch.test.ts' },
  },
  {
    what: 'gives up a repeated launch by the age of its record',
    file: 'core/src/plan/member-state.ts',
    find: 'sinceLaunchMs > pool.inactivityTimeoutMs',
    replace: 'ageMs > pool.inactivityTimeoutMs',
    seenBy: { tests: 'unfinished-launch.test.ts' },
  },
  {
    what: 'counts the machine of a repeated launch twice',
    file: 'core/src/plan/launch-room.ts',
    find: 'if (repeated) return\n',
    replace: '\n',
    seenBy: { tests: 'unfinished-launch.test.ts' },
  },
]
