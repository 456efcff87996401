import { describe, expect, it } from 'vitest'
import type { Agent } from '../model/agent.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import { aMachine, anAgent, aPool, aTask, tasks, testStartAt, usualLabels } from '../testing/builders.ts'
import { planFor, type Scenario, steps } from './scenario.ts'

const MINUTE_MS = 60_000

/** Made by hand an hour ago, and running since then. */
function aBox(box: Partial<StandingSeen> = {}): StandingSeen {
  const startedAt = testStartAt - 60 * MINUTE_MS
  return { id: 'i-1', state: 'running', startedAt, agentId: 'id-of-box', ...box }
}

function boxAgent(agent: Partial<Agent> = {}): Agent {
  return anAgent({ name: 'box', ...agent })
}

/** It was in contact last before it was stopped. */
const away = { cordoned: true, lastContactAt: testStartAt - 20 * MINUTE_MS }
const stopped = { state: 'stopped' } as const
const alone = [aPool({ max: 0 })]

describe('a machine that was made by hand', () => {
  it.each<[string, Scenario, readonly string[]]>([
    [
      'is started for a task that its agent takes',
      { pools: alone, standing: [aBox(stopped)], agents: [boxAgent(away)], tasks: tasks(2) },
      ['start box demand'],
    ],
    [
      'is not started for a task that its agent does not take',
      {
        pools: alone,
        standing: [aBox(stopped)],
        agents: [boxAgent(away)],
        tasks: [aTask({ labels: { platform: 'linux/arm64' } })],
      },
      [],
    ],
    [
      'is started also where it was stopped a moment ago, and its agent still looks connected',
      {
        pools: alone,
        standing: [aBox(stopped)],
        agents: [boxAgent()],
        tasks: tasks(1),
        remember: (memory) => ({ ...memory, pendingSince: new Map() }),
      },
      ['start box demand'],
    ],
    [
      'is not started while it still stops',
      { pools: alone, standing: [aBox({ state: 'stopping' })], agents: [boxAgent(away)], tasks: tasks(1) },
      [],
    ],
    [
      'is not cordoned while a task waits that it takes',
      {
        pools: alone,
        standing: [aBox()],
        agents: [boxAgent()],
        tasks: tasks(1),
        remember: (memory) => ({ ...memory, pendingSince: new Map() }),
      },
      [],
    ],
    [
      'is cordoned when it was idle for long, whatever the minimum',
      { pools: [aPool({ min: 3, max: 0 })], standing: [aBox()], agents: [boxAgent()] },
      ['cordon box idle'],
    ],
    [
      'is called back as an agent of the pool is, and counts towards no maximum',
      {
        pools: [aPool({ max: 1 })],
        standing: [aBox()],
        agents: [boxAgent({ cordoned: true }), anAgent({ cordoned: true })],
        machines: [aMachine()],
        tasks: tasks(2),
      },
      ['uncordon box demand', 'uncordon pool-1-agent-aaaaaa demand'],
    ],
    [
      'does not stand in for the minimum of the pool',
      {
        pools: [aPool({ min: 1 })],
        standing: [aBox()],
        agents: [boxAgent({ cordoned: true })],
        watchedForMs: MINUTE_MS,
      },
      ['launch min'],
    ],
    [
      'is waited for longer than for machines that are made, which come up sooner',
      {
        standing: [aBox({ startedAt: testStartAt - 2 * MINUTE_MS })],
        agents: [boxAgent(away)],
        tasks: tasks(1),
        remember: (memory) => ({ ...memory, bootTimesMs: new Map([['1', [10_000]]]) }),
      },
      [],
    ],
    [
      'is started once for all tasks that an agent lost: the first that asks settles them',
      {
        pools: [aPool({ max: 0, offer: { ...usualLabels, platform: 'linux/arm64' } })],
        standing: [aBox(stopped), aBox({ ...stopped, id: 'i-2', agentId: 'id-of-other' })],
        agents: [boxAgent(away), anAgent({ name: 'other', ...away })],
        tasks: tasks(2, { agentId: 'gone', labels: { platform: 'linux/amd64' } }),
      },
      ['start box demand'],
    ],
    [
      'is left alone where its record cannot be found',
      { pools: alone, standing: [aBox()], agents: [anAgent({ name: 'another' })], tasks: [] },
      [],
    ],
    [
      'is no reason to forget a record that is named like the pool’s own, in sight or gone',
      {
        pools: alone,
        standing: [aBox({ state: 'gone', agentId: 'id-of-pool-1-agent-byhand' })],
        agents: [anAgent({ name: 'pool-1-agent-byhand', ...away })],
      },
      [],
    ],
  ])('%s', (_, scenario, expected) => {
    expect(steps(planFor(scenario))).toEqual(expected)
  })
})

describe('a machine whose agent nobody has named', () => {
  const unnamed = (box: Partial<StandingSeen> = {}) => aBox({ agentId: undefined, ...box })
  const quiet: Scenario['remember'] = (memory) => ({ ...memory, quietSince: testStartAt - 30 * MINUTE_MS })

  it.each<[string, Scenario, readonly string[]]>([
    [
      'is started for any task that nothing else takes, one for each',
      {
        pools: alone,
        standing: [1, 2, 3].map((n) => unnamed({ ...stopped, id: `i-${n}` })),
        tasks: tasks(2, { labels: { os: 'plan9' } }),
      },
      ['start i-1 demand', 'start i-2 demand'],
    ],
    [
      'is not started where the pool makes a machine for the task',
      { standing: [unnamed(stopped)], tasks: tasks(1) },
      ['launch demand'],
    ],
    [
      'is counted on for a while after its start',
      {
        pools: alone,
        standing: [unnamed({ startedAt: testStartAt - MINUTE_MS }), unnamed({ ...stopped, id: 'i-2' })],
        tasks: tasks(1),
      },
      [],
    ],
    [
      'is stopped once all was quiet for as long as an agent may be idle',
      { pools: alone, standing: [unnamed()], remember: quiet },
      ['park i-1 all-quiet'],
    ],
    [
      'has its idle time when somebody has just started it',
      {
        pools: alone,
        standing: [unnamed({ startedAt: testStartAt - 4 * MINUTE_MS })],
        remember: quiet,
      },
      [],
    ],
    [
      'runs on while the database knows of work',
      {
        pools: alone,
        standing: [unnamed()],
        agents: [anAgent({ name: 'another', lastWorkAt: testStartAt - 20_000 })],
        work: { workingAgentIds: new Set(['id-of-another']), runningTaskIds: new Set() },
      },
      [],
    ],
  ])('%s', (_, scenario, expected) => {
    expect(steps(planFor(scenario))).toEqual(expected)
  })
})

describe('the pool as people see it', () => {
  it('shows machines that were made by hand among its own, and the tasks for them as its demand', () => {
    const { pools } = planFor({
      pools: [aPool({ max: 0, offer: { platform: 'none' } })],
      standing: [aBox(stopped)],
      agents: [boxAgent(away)],
      tasks: tasks(2),
    })
    expect(pools[0]).toMatchObject({
      demand: 2,
      members: [{ name: 'box', standing: 'i-1', state: 'parked' }],
    })
  })
})
