import type { Mutant } from '../mutant.ts'

/** Ways to make more machines than there may be. */
export const runsAway: readonly Mutant[] = [
  {
    what: 'does not count what is there against the maximum',
    file: 'core/src/plan/launch-room.ts',
    find: 'this.#ofPool.set(pool.id, pool.max - members.length - unseen)',
    replace: 'this.#ofPool.set(pool.id, pool.max)',
  },
  {
    what: 'launches although a list could not be read',
    file: 'core/src/plan/members.ts',
    find: 'known: snapshot.agents.ok && reading?.ok === true',
    replace: 'known: true',
  },
  {
    what: 'counts agents, and no machines without one',
    file: 'core/src/plan/members.ts',
    find: 'new Set([...machines.keys(), ...(recorded.get(pool.id) ?? [])])',
    replace: 'new Set(recorded.get(pool.id) ?? [])',
  },
  {
    what: 'counts machines, and no records whose machine may still appear',
    file: 'core/src/plan/members.ts',
    find: 'new Set([...machines.keys(), ...(recorded.get(pool.id) ?? [])])',
    replace: 'new Set(machines.keys())',
  },
  {
    what: 'forgets what was listed a moment ago, and is on no list now',
    file: 'core/src/plan/members.ts',
    find: 'const unseen = (late.get(pool.id) ?? []).filter((name) => !names.has(name)).length',
    replace: 'const unseen = 0',
  },
  {
    what: 'forgets launches that are under way',
    file: 'core/src/engine/take-snapshot.ts',
    find: 'const inFlight = sources.operations()',
    replace: 'const inFlight = []',
  },
  {
    what: 'forgets agents that still boot',
    file: 'core/src/plan/supply.ts',
    find: "if (member.state !== 'booting') return false",
    replace: 'return false',
  },
  {
    what: 'launches one for each task, whatever a launch brings',
    file: 'core/src/plan/grow.ts',
    find: 'if (this.#newSlots.take(taskClass, false)) return true',
    replace: '',
  },
  {
    what: 'does not count what it launches in the same tick',
    file: 'core/src/plan/launch-room.ts',
    find: 'this.#ofPool.set(pool.id, (this.#ofPool.get(pool.id) ?? 0) - 1)',
    replace: '',
  },
  {
    what: 'has no grace for lists that show a new machine late',
    file: 'core/src/plan/member-state.ts',
    find: 'if (!machine && sinceLaunchMs > caution.listLagMs && (member.machineHistory?.machineMissing ?? 0) >= 2)',
    replace: 'if (!machine)',
  },
  {
    what: 'deletes the record although the machine may come all the same',
    file: 'core/src/engine/perform.ts',
    find: '!error.mayHaveActed && (await takeBack(created.agent, bench))',
    replace: 'await takeBack(created.agent, bench)',
  },
  {
    what: 'never backs off from a pool whose launches fail',
    file: 'core/src/plan/launch-permits.ts',
    find: 'this.#ofServer() ?? this.#ofPool(id) ?? this.#ofCloud(id) ?? this.#ofBreaker(id)',
    replace: 'this.#ofBreaker(id)',
  },
  {
    what: 'goes on launching what never connects',
    file: 'core/src/plan/breaker.ts',
    find: 'return record !== undefined && (pending(pool) > 0 || this.#takenAt < nextTryAt(record))',
    replace: 'return false',
  },
  {
    what: 'makes a second machine where the answer to the first call was lost',
    file: 'core/src/memory/outcomes.ts',
    find: 'launchEndedAt: mayAppear ? new Map(memory.launchEndedAt).set(name, at) : memory.launchEndedAt,',
    replace: 'launchEndedAt: memory.launchEndedAt,',
  },
]
