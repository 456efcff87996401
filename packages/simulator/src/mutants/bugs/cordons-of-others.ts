import type { Mutant } from '../mutant.ts'

/** What somebody else cordoned is left alone, and nothing else is. */
export const cordonsOfOthers: readonly Mutant[] = [
  {
    what: 'drains an agent that somebody else cordoned',
    file: 'core/src/memory/cordons-of-others.ts',
    find: 'const isOthers = uncordonedSeenAt > lastDoubtAt(name, ownWriteAt, memory)',
    replace: 'const isOthers = lastDoubtAt(name, ownWriteAt, memory) > Number.POSITIVE_INFINITY',
    seenBy: { tests: 'engine/cordoned-by-others.test.ts' },
  },
  {
    what: 'takes a cordon of its own for somebody else’s when the answer was lost',
    file: 'core/src/memory/outcomes.ts',
    find: "if (result === 'refused') return memory",
    replace: "if (result !== 'done') return memory",
    seenBy: { tests: 'engine/cordoned-by-others.test.ts' },
  },
  {
    what: 'takes a cordon that a heartbeat brought back for somebody else’s',
    file: 'core/src/memory/cordons-of-others.ts',
    find: '(ownWriteAt ?? 0) + OWN_WRITE_MS',
    replace: 'ownWriteAt ?? 0',
    seenBy: { tests: 'engine/cordoned-by-others.test.ts' },
  },
  {
    what: 'takes a cordon that an outage may have brought back for somebody else’s',
    file: 'core/src/memory/cordons-of-others.ts',
    find: '(ownWriteAt ?? 0) + OWN_WRITE_MS, disturbance.at)',
    replace: '(ownWriteAt ?? 0) + OWN_WRITE_MS)',
    seenBy: { tests: 'memory/cordons-of-others.test.ts' },
  },
  {
    what: 'takes the cordon of an earlier process for somebody else’s',
    file: 'core/src/memory/cordons-of-others.ts',
    find: 'startedAt + EARLIER_LIFE_MS',
    replace: 'startedAt',
    seenBy: { tests: 'memory/cordons-of-others.test.ts' },
  },
  {
    what: 'takes the cordon of a second process for somebody else’s',
    file: 'core/src/memory/cordons-of-others.ts',
    find: 'hasStrangers(memory, poolOf(name))',
    replace: 'poolOf(name) === name',
    seenBy: { tests: 'memory/cordons-of-others.test.ts' },
  },
  {
    what: 'asks the database in every tick while somebody else has an agent cordoned',
    file: 'core/src/engine/take-snapshot.ts',
    find: '|| leftAlone.has(agent.name)) return false',
    replace: '|| leftAlone.has(agent.id)) return false',
    seenBy: { tests: 'calls.test.ts' },
  },
  {
    what: 'forgets over a restart which agents somebody else cordoned',
    file: 'core/src/engine/create-autoscaler.ts',
    find: 'options.cordonedByOthers ?? memory.cordonedByOthers',
    replace: 'memory.cordonedByOthers',
    seenBy: { tests: 'engine/cordoned-by-others.test.ts' },
  },
  {
    what: 'starts a stopped machine whose agent somebody else cordoned',
    file: 'core/src/plan/reuse.ts',
    find: 'if (machine?.endingSoon !== undefined || isCordonedByOthers(member, input)) return false',
    replace: 'if (machine?.endingSoon !== undefined) return false',
    seenBy: { tests: 'plan/cordoned-by-others.test.ts' },
  },
  {
    what: 'terminates a machine without heartbeat although somebody else cordoned its agent',
    file: 'core/src/plan/plan.ts',
    find: "if (member.state !== 'zombie' && isCordonedByOthers(member, input)) continue",
    replace: '',
    seenBy: { tests: 'plan/cordoned-by-others.test.ts' },
  },
  {
    what: 'keeps what somebody else cordoned although its pool is drained',
    file: 'core/src/plan/cordoned-by-others.ts',
    find: 'return !member.pool.isDrained &&',
    replace: 'return',
    seenBy: { tests: 'plan/cordoned-by-others.test.ts' },
  },
]
