import { describe, expect, test } from 'vitest'
import type { Memory } from '../model/memory.ts'
import { planFor, stepsByPool } from '../plan/scenario.ts'
import { aPool, tasks, testStartAt } from '../testing/builders.ts'

const name = 'pool-1-agent-a'

/** Its record was deleted a minute ago; it was last listed before that. */
const removed =
  (hasFailed: boolean) =>
  (memory: Memory): Memory => ({
    ...memory,
    removedNames: new Set([name]),
    removalBackOff: new Map(
      hasFailed
        ? [[name, { kind: 'transient', sinceAt: 0, failures: 1, why: 'the cloud is ill', untilAt: 0 }]]
        : [],
    ),
    machines: new Map([
      [
        name,
        {
          firstSeenAt: testStartAt - 600_000,
          agentId: undefined,
          agentMissing: 1,
          machineMissing: 0,
          lastListedAt: testStartAt - 60_000,
          missingSinceAt: undefined,
          startingSeenAt: undefined,
        },
      ],
    ]),
  })

describe('a machine that no list shows, and that this process has removed', () => {
  const scenario = { pools: [aPool({ max: 1 })], tasks: tasks(1) }

  test('is gone', () => {
    expect(stepsByPool(planFor({ ...scenario, remember: removed(false) }))).toEqual(['1: launch demand'])
  })

  test('may be there when its removal failed', () => {
    expect(stepsByPool(planFor({ ...scenario, remember: removed(true) }))).toEqual(['1: hold at-max 1'])
  })
})
