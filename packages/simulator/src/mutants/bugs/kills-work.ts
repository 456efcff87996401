import type { Mutant } from '../mutant.ts'

/** Ways to end a machine that works. */
export const killsWork: readonly Mutant[] = [
  {
    what: 'deletes the record without looking once more',
    file: 'core/src/engine/perform.ts',
    find: '  if (change) throw new Refused(change)\n  const deletion',
    replace: '  const deletion',
  },
  {
    what: 'goes on when the server says that the agent is busy',
    file: 'core/src/engine/perform.ts',
    find: "if (deletion === 'busy') throw new Refused('the server says that it has running tasks')",
    replace: '',
  },
  {
    what: 'ends the machine before it deletes the record',
    file: 'core/src/engine/operations.ts',
    find: 'if (action.agent) await deleteRecord(',
    replace: 'await bench.cloud.remove(name, bench.signal)\n        if (action.agent) await deleteRecord(',
  },
  {
    what: 'ends the machine without deleting the record',
    file: 'core/src/engine/operations.ts',
    find: 'if (action.agent) await deleteRecord(action.agent, action.because, bench)',
    replace: 'if (action.agent) await Promise.resolve()',
  },
  {
    what: 'ends an idle agent as soon as it is cordoned',
    file: 'core/src/plan/drain.ts',
    find: 'const readBackAt = drain.cordonedAt',
    replace:
      "if (takenAt > 0) return { action: { kind: 'terminate', pool: member.pool.id, name: member.name, agent, because: 'drained', reason: 'it is cordoned' } }\n  const readBackAt = drain.cordonedAt",
  },
  {
    what: 'does not wait for the cordon to be read back',
    file: 'core/src/plan/drain.ts',
    find: 'if (takenAt < readBackAt) return { wakeAt: readBackAt }',
    replace: '',
  },
  {
    what: 'needs no heartbeat after the cordon',
    file: 'core/src/plan/drain.ts',
    find: 'if ((agent.lastContactAt ?? 0) <= drain.cordonedAtServer)',
    replace: 'if (false)',
  },
  {
    what: 'does not cordon a second time',
    file: 'core/src/plan/drain.ts',
    find: 'const drain = history?.drain\n',
    replace:
      'const first = history?.drain\n  const drain = first && { ...first, cordonedAgainAt: first.cordonedAt, seenIdleAt: first.cordonedAt }\n',
  },
  {
    what: 'ends a drained agent whatever says that it works',
    file: 'core/src/plan/drain.ts',
    find: '  if (work) return { hold: work }\n',
    replace: '',
  },
  {
    what: 'looks only once whether a cordoned agent is idle',
    file: 'core/src/plan/drain.ts',
    find: 'if (takenAt < secondLookAt) {',
    replace: 'if (false) {',
  },
  {
    what: 'ends agents in the grace after a restart of the server',
    file: 'core/src/plan/may-end.ts',
    find: 'if (sinceMs < caution.graceAfterRestartMs) {',
    replace: 'if (false) {',
  },
  {
    what: 'holds nothing back after a restart of the server or its own',
    file: 'core/src/plan/may-end.ts',
    find: 'if (!member.wasThereAtDisturbance) return undefined',
    replace: 'return undefined',
  },
  {
    what: 'needs no proof of rest after the grace',
    file: 'core/src/plan/may-end.ts',
    find: 'if (agent && connectedOnes && !isProvenAtRest(agent, member.history, snapshot)) {',
    replace: 'if (false) {',
  },
  {
    what: 'never asks the database for work',
    file: 'core/src/engine/take-snapshot.ts',
    find: 'if (!asked) return base',
    replace:
      'return { ...base, work: { ok: true, value: { workingAgentIds: new Set(), runningTaskIds: new Set() } } }',
  },
  {
    what: 'does not heed what the database says of an agent’s work',
    file: 'core/src/evidence/work.ts',
    find: 'if (work.value.workingAgentIds.has(agent.id)) {',
    replace: 'if (false) {',
  },
  {
    what: 'takes a task that names its agent, and is pending again, for nobody’s',
    file: 'core/src/evidence/work.ts',
    find: '  if (task) {',
    replace: "  if (task?.state === 'running') {",
  },
  {
    what: 'does not notice that the server was away',
    file: 'core/src/memory/disturbance.ts',
    find: 'if (memory.serverAwaySince !== undefined) return',
    replace: 'if (false) return',
  },
  {
    what: 'does not notice that the server has forgotten its work',
    file: 'core/src/memory/disturbance.ts',
    find: 'if (hasForgottenWork(memory, snapshot)) return',
    replace: 'if (false) return',
  },
  {
    what: 'does not notice that the stream of events broke',
    file: 'core/src/memory/disturbance.ts',
    find: 'if (isNewBreak(memory, snapshot) && mayHaveForgottenWork(memory, snapshot))',
    replace: 'if (false)',
  },
  {
    what: 'takes its own start for no reason to wait',
    file: 'core/src/model/memory.ts',
    find: "disturbance: { at: startedAt, kind: 'own-start' }",
    replace: "disturbance: { at: 0, kind: 'own-start' }",
  },
  {
    what: 'takes half a minute without contact for silence',
    file: 'core/src/plan/member-state.ts',
    find: 'return Math.min(silentMs, clocks.takenAt - disturbedAt) > silenceAllowedMs(pool)',
    replace: 'return silentMs > 30_000',
  },
  {
    what: 'counts the time in which the server was away as silence',
    file: 'core/src/plan/member-state.ts',
    find: 'return Math.min(silentMs, clocks.takenAt - disturbedAt) > silenceAllowedMs(pool)',
    replace: 'return silentMs > pool.inactivityTimeoutMs',
  },
  {
    what: 'ends a silent agent although it may work',
    file: 'core/src/plan/sweep.ts',
    find: 'if (!work || takenAt >= keptUntilAt) return undefined',
    replace: 'if (takenAt > 0) return undefined',
  },
  {
    what: 'takes a record that a list left out once for gone',
    file: 'core/src/plan/sweep.ts',
    find: 'if (ageMs <= caution.listLagMs || (member.machineHistory?.agentMissing ?? 0) < 2) {',
    replace: 'if (false) {',
  },
  {
    what: 'does not look for the record of an orphan once more',
    file: 'core/src/engine/perform.ts',
    find: "if (now?.agent.name === name) throw new Refused('its record is there after all')",
    replace: '',
  },
  {
    what: 'goes on with the drain of an agent that has worked since',
    file: 'core/src/memory/agent-history.ts',
    find: "if (evidence.kind === 'works') return { ...drain, cordonedAgainAt: undefined, seenIdleAt: undefined }",
    replace: '',
  },
  {
    what: 'does not notice that a cordon was undone',
    file: 'core/src/memory/agent-history.ts',
    find: 'if (!drain || !agent.cordoned) return undefined',
    replace: 'if (!drain) return undefined',
  },
  {
    what: 'takes an agent with an id that is used again for the former one',
    file: 'core/src/memory/agent-history.ts',
    find: 'return history?.createdAt === agent.createdAt ? history : undefined',
    replace: 'return history',
  },
  {
    what: 'writes to whoever has the id, in a restored database too',
    file: 'core/src/engine/perform.ts',
    find: 'return now.name === planned.name && now.createdAt === planned.createdAt',
    replace: 'return true',
  },
]
