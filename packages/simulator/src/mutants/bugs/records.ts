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
  {
    what: 'keeps the record of a machine that is gone for as long as a pipeline may take',
    file: 'core/src/plan/member-state.ts',
    find: "if (hasLostMachine(member, input, clocks)) return 'zombie'",
    replace: '',
    seenBy: { tests: 'machine-gone.test.ts' },
  },
  {
    what: 'deletes the record of an agent in contact when no list shows its machine',
    file: 'core/src/plan/without-machine.ts',
    find: 'if (!agent || !hasNoHeartbeat(agent, input, clocks)) return false',
    replace: 'if (!agent) return false',
    seenBy: { tests: 'machine-gone.test.ts' },
  },
  {
    what: 'launches another machine while the cloud says that it is starting the first',
    file: 'core/src/plan/supply.ts',
    find: 'const startingSeenAt = member.machineHistory?.startingSeenAt ?? 0',
    replace: 'const startingSeenAt = 0',
    seenBy: { tests: 'slow-boot.test.ts' },
  },
  {
    what: 'lets records of an earlier life take the room of machines',
    file: 'core/src/plan/members.ts',
    find: 'counted: members.filter((member) => !member.takesNoRoom).length + unseen',
    replace: 'counted: members.length + unseen',
    seenBy: { tests: 'machine-gone.test.ts' },
  },
  {
    what: 'frees the room of a record whose machine a list showed a moment ago',
    file: 'core/src/plan/without-machine.ts',
    find: 'if (memory.launchEndedAt.has(member.name) || machineHistory?.lastListedAt !== undefined) return false',
    replace: '',
    seenBy: { tests: 'machine-gone.test.ts' },
  },
]
