import type { Mutant } from '../mutant.ts'

/** Ways to leave something behind, or to touch what others made. */
export const leaks: readonly Mutant[] = [
  {
    what: 'deletes the record, and leaves the machine',
    file: 'core/src/engine/operations.ts',
    find: 'await bench.cloud.remove(name, bench.signal)',
    replace: '',
  },
  {
    what: 'never ends a machine that has no record',
    file: 'core/src/plan/sweep.ts',
    find: "return end(member, 'orphan', 'the server has no record of its agent')",
    replace: 'return undefined',
  },
  {
    what: 'never deletes a record whose machine never appeared',
    file: 'core/src/plan/sweep.ts',
    find: "return forget(member, 'its machine never appeared')",
    replace: 'return undefined',
  },
  {
    what: 'never ends a machine whose agent never came',
    file: 'core/src/plan/member-state.ts',
    find: "return stopped || ageMs > pool.inactivityTimeoutMs ? 'lost' : 'booting'",
    replace: "return 'booting'",
  },
  {
    what: 'keeps silent agents for ever',
    file: 'core/src/plan/sweep.ts',
    find: 'return sweepSilent(member, input)',
    replace: 'return undefined',
  },
  {
    what: 'keeps the record of a silent agent whose machine is gone',
    file: 'core/src/plan/sweep.ts',
    find: '  return forget(member, `$',
    replace: '  return undefined\n  return forget(member, `$',
  },
  {
    what: 'leaves the twins of a record',
    file: 'core/src/plan/plan.ts',
    find: 'actions.push(...sweepDuplicates(member, input))',
    replace: '',
  },
  {
    what: 'never cordons an idle agent',
    file: 'core/src/plan/shrink.ts',
    find: 'if (idleMs < pool.idleTimeoutMs) return undefined\n  return cordon',
    replace: 'return undefined\n  return cordon',
  },
  {
    what: 'does not shrink to a maximum that was lowered',
    file: 'core/src/plan/shrink.ts',
    find: 'const overMax = cordonable.slice(0, Math.max(0, staying.length - pool.max))',
    replace: 'const overMax = []',
  },
  {
    what: 'shrinks below the minimum',
    file: 'core/src/plan/shrink.ts',
    find: 'if (surplus <= 0) break',
    replace: '',
  },
  {
    what: 'never begins again with an agent that was cordoned by an earlier process',
    file: 'core/src/plan/drain.ts',
    find: "if (!drain) return { action: cordon(member, 'first', 'it was cordoned already; carrying on') }",
    replace: 'if (!drain) return {}',
  },
  {
    what: 'takes every name that begins like the pool’s for its own',
    file: 'core/src/model/names.ts',
    find: 'name.startsWith(prefix) && SUFFIX.test(name.slice(prefix.length))',
    replace: "name.includes(prefix.replace('-agent-', ''))",
  },
  {
    what: 'takes every machine of the account for its own',
    file: 'core/src/model/names.ts',
    find: 'name.startsWith(prefix) && SUFFIX.test(name.slice(prefix.length))',
    replace: 'true',
  },
  {
    what: 'tells the secret of a new agent',
    file: 'woodpecker/src/create-agent.ts',
    find: '  parts.names.add(agent.name)\n  return',
    replace: "  parts.log.debug({ record }, 'made')\n  parts.names.add(agent.name)\n  return",
  },
  {
    what: 'makes another record where one may be there already',
    file: 'woodpecker/src/create-agent.ts',
    find: '(mayExist && (await lookUp(parts, agent.name, call))) ||',
    replace: '',
  },
]
