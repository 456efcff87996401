import type { Mutant } from '../mutant.ts'

/** Ways to take what could not be read for an empty list. */
export const guesses: readonly Mutant[] = [
  {
    what: 'acts on a 500 of the list of agents as if there were none',
    file: 'core/src/engine/take-snapshot.ts',
    find: 'server.readAgents(call))',
    replace: 'server.readAgents(call).catch(() => ({ agents: [], serverNowAt: clock.now() })))',
    seenBy: { tests: 'never-guesses.test.ts' },
  },
  {
    what: 'acts on a 500 of the queue as if it were empty',
    file: 'core/src/engine/take-snapshot.ts',
    find: 'server.readQueue(call))',
    replace: 'server.readQueue(call).catch(() => ({ tasks: [], paused: false, pollingSlots: 0 })))',
    seenBy: { tests: 'never-guesses.test.ts' },
  },
  {
    what: 'acts on a 500 of the cloud as if it had no machines',
    file: 'core/src/engine/pool-cloud.ts',
    find: 'this.#latest = undefined\n        return { ok: false, error: asOutsideError(thrown) }',
    replace:
      'this.#latest = { machines: [], standing: [], readAt, reused: false }\n        return { ok: true, value: this.#latest }',
    seenBy: { tests: 'standing.test.ts' },
  },
  {
    what: 'takes an unreadable database for one without work',
    file: 'core/src/evidence/work.ts',
    find: "if (!work.ok) return { kind: 'unknown', why: 'the database cannot be asked which work it has' }",
    replace: "if (!work.ok) return { kind: 'none' }",
    seenBy: { tests: 'plan.test.ts' },
  },
  {
    what: 'takes an unreadable queue for one without the agent’s work',
    file: 'core/src/evidence/work.ts',
    find: "if (!queue.ok) return { kind: 'unknown', why: 'the queue cannot be read' }",
    replace: "if (!queue.ok) return { kind: 'none' }",
    seenBy: { tests: 'observe.test.ts' },
  },
  {
    what: 'ends machines although a list could not be read',
    file: 'core/src/plan/plan.ts',
    find: 'if (!known || !snapshot.queue.ok) return',
    replace: 'if (false) return',
    seenBy: { tests: 'plan.test.ts' },
  },
  {
    what: 'ends machines on a list of the tick before',
    file: 'core/src/plan/plan.ts',
    find: 'return reading?.ok === true && reading.value.reused',
    replace: 'return false',
    seenBy: { tests: 'plan.test.ts' },
  },
  {
    what: 'reads only the first page of the agents',
    file: 'woodpecker/src/agent-list.ts',
    find: 'const end = await findEnd(endpoints, pagesBefore + 1, call)',
    replace: 'const end = { page: 2, serverNowAt: 0 }',
    seenBy: { world: 4 },
  },
  {
    what: 'believes a list that lost most of its names',
    file: 'core/src/memory/list-shrink.ts',
    find: 'if (lost <= 3 || lost * 2 <= before.size) return undefined',
    replace: 'if (lost >= 0) return undefined',
    seenBy: { tests: 'observe.test.ts' },
  },
  {
    what: 'ends machines at once after a list has shrunk',
    file: 'core/src/plan/removal-limit.ts',
    find: 'let allowed = snapshot.takenAt < listShrank.untilAt ? 0 :',
    replace: 'let allowed =',
    seenBy: { tests: 'never-guesses.test.ts' },
  },
  {
    what: 'takes the server’s times for its own, whatever its clock says',
    file: 'core/src/evidence/contact.ts',
    find: 'return serverAt + (clocks.takenAt - clocks.serverNowAt)',
    replace: 'return serverAt',
    seenBy: { tests: 'other-clocks.test.ts' },
  },
  {
    what: 'believes the clock of a cloud that is minutes ahead or behind',
    file: 'core/src/plan/members.ts',
    find: 'return Math.max(recordAt, Math.min(madeAt, clocks.takenAt))',
    replace: 'return madeAt',
    seenBy: { tests: 'plan.test.ts' },
  },
  {
    what: 'takes a task that was lost before for the trace of a new restart',
    file: 'core/src/memory/observe.ts',
    find: 'if (!work?.ok && memory.disturbance.at !== takenAt) {',
    replace: 'if (!work?.ok) {',
    seenBy: { tests: 'observe.test.ts' },
  },
]
