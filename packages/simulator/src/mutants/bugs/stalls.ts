import type { Mutant } from '../mutant.ts'

/** Ways to let work wait that could run, or to ask and act without need. */
export const stalls: readonly Mutant[] = [
  {
    what: 'uncordons all, whether somebody needs them or not',
    file: 'core/src/plan/grow.ts',
    find: '  fillMinimum(): void {\n',
    replace:
      "  fillMinimum(): void {\n    for (const back of [...this.#reusable]) this.#uncordon(back, 'min', 'it was cordoned')\n",
  },
  {
    what: 'never calls a cordoned agent back',
    file: 'core/src/plan/grow.ts',
    find: 'isReusable(member, input) && mayStart(member, input)',
    replace: 'false',
  },
  {
    what: 'cordons agents that a task is counted on',
    file: 'core/src/plan/shrink.ts',
    find: "if (member.state !== 'idle' || needs.isWanted(member) || renewed.has(member)) continue",
    replace: "if (member.state !== 'idle') continue",
  },
  {
    what: 'waits for ever after a launch has failed',
    file: 'core/src/memory/back-off.ts',
    find: 'untilAt: Math.max(before?.untilAt ?? 0, at + pauseMs(error, failures, LONGEST_MS[whose], random)),',
    replace: 'untilAt: Number.POSITIVE_INFINITY,',
  },
  {
    what: 'waits for ever after a machine could not be ended',
    file: 'core/src/plan/plan.ts',
    find: 'if (!backOff || snapshot.takenAt >= backOff.untilAt) return false',
    replace: 'if (!backOff) return false',
  },
  {
    what: 'never launches again once the breaker has fallen',
    file: 'core/src/plan/breaker.ts',
    find: 'return record !== undefined && (pending(pool) > 0 || this.#takenAt < nextTryAt(record))',
    replace: 'return record !== undefined',
  },
  {
    what: 'sees no tasks that wait',
    file: 'core/src/evidence/pending-tasks.ts',
    find: 'else runnable.push(task)',
    replace: '',
  },
  {
    what: 'does not heed the limit of a concurrency group',
    file: 'core/src/evidence/pending-tasks.ts',
    find: 'if (taken >= concurrency.limit) return false',
    replace: '',
  },
  {
    what: 'launches for a queue that is paused',
    file: 'core/src/plan/demand.ts',
    find: ' || queue.value.paused',
    replace: '',
  },
  {
    what: 'launches nobody for a task that its agent lost',
    file: 'core/src/plan/plan-growth.ts',
    find: 'if (!isAskedFor && !grower.settle(task)) unserved++',
    replace: '',
  },
  {
    what: 'counts on agents that leave every task alone',
    file: 'core/src/plan/plan-growth.ts',
    find: 'here.take(fit.classOf(task), hasWaitedLong(task))',
    replace: 'here.take(fit.classOf(task), false)',
  },
  {
    what: 'counts on agents that are cordoned',
    file: 'core/src/plan/supply.ts',
    find: '!cordoned || beingWritten.has(id)',
    replace: 'true',
  },
  {
    what: 'counts on a machine that never boots for ever',
    file: 'core/src/plan/supply.ts',
    find: 'return snapshot.takenAt - bootBeganAt(member, input) < startupAllowanceMs(member.pool.id, memory)',
    replace: 'return true',
  },
  {
    what: 'does not fill the minimum',
    file: 'core/src/plan/grow.ts',
    find: 'const missing = pool.min - (this.#staying.get(pool.id) ?? 0)',
    replace: 'const missing = 0',
  },
  {
    what: 'looks at one pool, and never at the others',
    file: 'core/src/plan/grow.ts',
    find: 'const open = pools.find((pool) => !this.#room.refusal(pool, waitedMs))\n      if (!open) {',
    replace:
      'const open = pools.slice(0, 1).find((pool) => !this.#room.refusal(pool, waitedMs))\n      if (!open) {',
  },
  {
    what: 'tries only the offering that comes first',
    file: 'core/src/engine/pool-cloud.ts',
    find: "if (last.kind !== 'offering-unavailable') throw last",
    replace: 'throw last',
  },
  {
    what: 'waits for what it does before it looks again',
    file: 'core/src/engine/create-autoscaler.ts',
    find: 'for (const action of report.plan.actions) this.#operations.start(action)',
    replace:
      'for (const action of report.plan.actions) this.#operations.start(action)\n    await this.#operations.settled()',
  },
  {
    what: 'does the same thing twice at once',
    file: 'core/src/engine/operations.ts',
    find: 'if (this.#underWay.has(name)) return',
    replace: '',
  },
  {
    what: 'looks fifty times a second once something has happened',
    file: 'core/src/engine/wake-ups.ts',
    find: 'const LEAST_BETWEEN_EVENTS_MS = 2_000',
    replace: 'const LEAST_BETWEEN_EVENTS_MS = 20',
  },
  {
    what: 'lets events keep it from fresh looks',
    file: 'core/src/engine/create-autoscaler.ts',
    find: 'if (fresh) freshAt = clock.now()',
    replace: 'freshAt = clock.now()',
  },
  {
    what: 'gives no reason for a cordon',
    file: 'core/src/plan/shrink.ts',
    find: "because: Cordon['because'], reason: string): Cordon {",
    replace: "because: Cordon['because'], _: string): Cordon {\n  const reason = ''",
  },
]
