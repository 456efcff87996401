import type { Mutant } from '../mutant.ts'

/** Ways to believe what was promised, and not what agents registered with. */
export const labels: readonly Mutant[] = [
  {
    what: 'launches for ever for a label that agents register without',
    file: 'core/src/plan/promises.ts',
    find: 'return takenAt < untilAt ? { because, reason: differs, untilAt } : undefined',
    replace: 'return undefined',
    seenBy: { tests: 'broken-promises.test.ts' },
  },
  {
    what: 'takes what the settings promise for what agents offer',
    file: 'core/src/evidence/variants.ts',
    find: 'labels: own?.labels ?? promised,',
    replace: 'labels: promised,',
    seenBy: { tests: 'broken-promises.test.ts' },
  },
  {
    what: 'holds against new settings what agents of the old ones registered with',
    file: 'core/src/evidence/variants.ts',
    find: ' && each.configuration === pool.configuration',
    replace: '',
    seenBy: { tests: 'broken-promises.test.ts' },
  },
  {
    what: 'counts on the slots that were promised, and not on those that agents have',
    file: 'core/src/evidence/variants.ts',
    find: 'slots: (own ?? shown.at(-1))?.slots ?? pool.workflowsPerAgent,',
    replace: 'slots: pool.workflowsPerAgent,',
    seenBy: { tests: 'broken-promises.test.ts' },
  },
  {
    what: 'judges by the task, and not by its class, whether agents leave it alone',
    file: 'core/src/plan/left-alone.ts',
    find: 'return leftAloneKey(pool.id, this.#classOf(pool, task))',
    replace: 'return leftAloneKey(pool.id, task.id)',
    seenBy: { tests: 'left-alone.test.ts' },
  },
  {
    what: 'does not notice that a class of tasks is taken again',
    file: 'core/src/memory/left-alone.ts',
    find: ' && (started.get(key) ?? 0) <= lastAt',
    replace: '',
    seenBy: { tests: 'left-alone.test.ts' },
  },
]
