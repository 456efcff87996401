import { describe, expect, test } from 'vitest'
import type { Agent } from '../model/agent.ts'
import { firstMemory, type Memory } from '../model/memory.ts'
import type { Operation, Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import { AuthError, Transient } from '../ports/errors.ts'
import { aBootingAgent, anAgent, aTask, testStartAt } from '../testing/builders.ts'
import { observe } from './observe.ts'

interface Look {
  readonly agents?: readonly Agent[] | Error
  readonly tasks?: readonly Task[]
  readonly inDatabase?: readonly string[]
  readonly streamBrokeAt?: number
  readonly inFlight?: readonly Operation[]
  readonly machines?: readonly string[]
  readonly queueFails?: boolean
  /** The contact of the agents is as old as they say; else it is fresh. */
  readonly isSilent?: boolean
}

/** What is remembered after looks ten seconds apart, the first one at `testStartAt`. */
function lookingAt(...looks: readonly Look[]): Memory {
  return look(firstMemory(testStartAt - 3_600_000), ...looks)
}

function look(memory: Memory, ...looks: readonly Look[]): Memory {
  return looks.reduce(
    (before, each, at) => observe(before, snapshot(each, testStartAt + at * 10_000), poolOf),
    memory,
  )
}

const poolOf = (name: string) => (name.startsWith('pool-1-agent-') ? '1' : undefined)

function snapshot(
  {
    agents = [],
    tasks = [],
    inDatabase,
    streamBrokeAt,
    inFlight = [],
    machines = [],
    queueFails = false,
    isSilent = false,
  }: Look,
  takenAt: number,
): Snapshot {
  const all = Array.isArray(agents) ? (agents as readonly Agent[]) : []
  const error = agents instanceof Error ? (agents as Transient) : undefined
  return {
    takenAt,
    inFlight,
    streamBrokeAt,
    machines: new Map([
      [
        '1',
        {
          ok: true,
          value: {
            readAt: takenAt,
            standing: [],
            offerings: [],
            reused: false,
            machines: machines.map((name) => ({ name, state: 'running' as const })),
          },
        },
      ],
    ]),
    agents: error
      ? { ok: false, error }
      : {
          ok: true,
          value: {
            serverNowAt: takenAt,
            agents: isSilent
              ? all
              : all.map((agent) => ({ ...agent, lastContactAt: agent.lastContactAt && takenAt })),
          },
        },
    queue: queueFails
      ? { ok: false, error: new Transient('500') }
      : { ok: true, value: { tasks, paused: false, pollingSlots: 9 } },
    work: inDatabase && {
      ok: true,
      value: { workingAgentIds: new Set(), runningTaskIds: new Set(inDatabase) },
    },
  }
}

const running = (id: string) => aTask({ id, state: 'running', agentId: 'somebody' })

describe('whether the server was away', () => {
  test('a server that could not be read was away until it can be read again', () => {
    const memory = lookingAt(
      {},
      { agents: new Transient('refused') },
      { agents: new Transient('refused') },
      {},
    )
    expect(memory.disturbance).toEqual({
      kind: 'away',
      at: testStartAt + 30_000,
      awaySince: testStartAt + 10_000,
    })
    expect(memory.serverAwaySince).toBeUndefined()
  })

  test('a refused token is no absence', () => {
    expect(lookingAt({}, { agents: new AuthError('no') }, {}).disturbance.kind).toBe('own-start')
  })

  test('a broken stream of events counts as a restart where work is no longer shown', () => {
    const memory = lookingAt({ tasks: [running('t1')] }, { streamBrokeAt: testStartAt + 5_000 })
    expect(memory.disturbance).toEqual({ kind: 'stream-broke', at: testStartAt + 10_000 })
  })

  test('a stream that broke once disturbs once', () => {
    const broke = { streamBrokeAt: testStartAt + 5_000 }
    const busy = { ...broke, tasks: [running('t2')] }
    expect(lookingAt({ tasks: [running('t1')] }, broke, busy, broke).disturbance.at).toBe(
      testStartAt + 10_000,
    )
  })

  test('where nothing ran a broken stream means nothing: proxies cut streams too', () => {
    expect(lookingAt({}, { streamBrokeAt: testStartAt + 5_000 }).disturbance.kind).toBe('own-start')
  })

  test('a queue that fails while the agents can be read is no absence', () => {
    const memory = lookingAt({}, { queueFails: true }, {})
    expect(memory.disturbance).toMatchObject({ kind: 'own-start' })
  })

  test('a server that still shows the task which it showed before has not restarted', () => {
    const memory = lookingAt(
      { tasks: [running('t1')] },
      { tasks: [running('t1')], streamBrokeAt: testStartAt + 5_000 },
    )
    expect(memory.disturbance.kind).toBe('own-start')
  })

  test('a task that left the queue while the database has it running betrays a restart', () => {
    const memory = lookingAt({ tasks: [running('t1')] }, { tasks: [], inDatabase: ['t1'] })
    expect(memory.disturbance).toEqual({ kind: 'work-forgotten', at: testStartAt + 10_000 })
  })

  test('a task that was lost in an absence betrays no other restart later', () => {
    const memory = lookingAt(
      { tasks: [running('t1')] },
      { agents: new Transient('the server is away') },
      { tasks: [] },
      { tasks: [], inDatabase: ['t1'] },
    )
    expect(memory.disturbance).toMatchObject({ kind: 'away', at: testStartAt + 20_000 })
  })

  test('a task that was lost after an absence does', () => {
    const memory = lookingAt(
      { agents: new Transient('the server is away') },
      { tasks: [running('t1')] },
      { tasks: [] },
      { tasks: [], inDatabase: ['t1'] },
    )
    expect(memory.disturbance.kind).toBe('work-forgotten')
  })

  test('a task that left both has simply ended', () => {
    expect(lookingAt({ tasks: [running('t1')] }, { tasks: [], inDatabase: [] }).disturbance.kind).toBe(
      'own-start',
    )
  })
})

describe('what is known of an agent', () => {
  const name = 'pool-1-agent-a'
  const id = `id-of-${name}`
  const agent = anAgent({ name })
  const drain = {
    because: 'idle' as const,
    cordonedAt: testStartAt,
    cordonedAtServer: testStartAt,
    cordonedAgainAt: testStartAt + 1_000,
    seenIdleAt: testStartAt + 3_000,
  }
  const draining = (memory: Memory): Memory => ({
    ...memory,
    agents: new Map([[id, { ...memory.agents.get(id)!, drain }]]),
  })
  const cordoned = { ...agent, cordoned: true }

  test('work that shows after the second cordon makes that cordon necessary once more', () => {
    const memory = look(draining(lookingAt({ agents: [cordoned] })), {
      agents: [cordoned],
      tasks: [aTask({ state: 'running', agentId: id })],
    })
    expect(memory.agents.get(id)?.drain).toMatchObject({
      cordonedAt: testStartAt,
      cordonedAgainAt: undefined,
      seenIdleAt: undefined,
    })
    expect(memory.agents.get(id)?.lastSeenBusyAt).toBe(testStartAt)
  })

  test.each([
    ['can', false, testStartAt + 10_000],
    ['cannot', true, undefined],
  ])('where the queue %s be read a drained agent is seen idle, or not', (_, queueFails, seenIdleAt) => {
    const begun = draining(lookingAt({ agents: [cordoned] }))
    const history = { ...begun.agents.get(id)!, drain: { ...drain, seenIdleAt: undefined } }
    const each = { agents: [cordoned], inDatabase: [], queueFails }
    const memory = look({ ...begun, agents: new Map([[id, history]]) }, each, each)
    expect(memory.agents.get(id)?.drain?.seenIdleAt).toBe(seenIdleAt)
  })

  test('a cordon that did not stay is begun from the first step, and counted', () => {
    const memory = look(draining(lookingAt({ agents: [cordoned] })), { agents: [agent] })
    expect(memory.agents.get(id)).toMatchObject({ drain: undefined, cordonsReverted: 1 })
  })

  test('a cordon that was written while the agents were read is not taken for undone', () => {
    const inFlight: readonly Operation[] = [{ kind: 'cordon', pool: '1', name, startedAt: testStartAt }]
    const memory = look(draining(lookingAt({ agents: [cordoned] })), { agents: [agent], inFlight })
    expect(memory.agents.get(id)).toMatchObject({ drain, cordonsReverted: 0 })
  })

  test('another agent that was given the same id starts without a past', () => {
    const memory = look(draining(lookingAt({ agents: [cordoned] })), {
      agents: [{ ...cordoned, createdAt: testStartAt + 1 }],
    })
    expect(memory.agents.get(id)?.drain).toBeUndefined()
  })

  test('contact before the server was away says nothing about the time since', () => {
    const memory = lookingAt(
      { agents: [agent] },
      { agents: [agent] },
      { agents: new Transient('refused') },
      { agents: [agent] },
    )
    expect(memory.agents.get(id)?.contactUnbrokenSince).toBe(testStartAt + 30_000)
  })

  test('its boot takes from its record to its first contact', () => {
    const booting = aBootingAgent({ name, createdAt: testStartAt })
    const memory = lookingAt(
      { agents: [booting] },
      { agents: [booting] },
      { agents: [{ ...agent, createdAt: testStartAt }] },
    )
    expect(memory.bootTimesMs.get('1')).toEqual([20_000])
  })
})

describe('lists that shrink', () => {
  const names = ['a', 'b', 'c', 'd', 'e'].map((suffix) => `pool-1-agent-${suffix}`)
  const agents = names.map((name) => anAgent({ name }))

  test('more than half and more than three at once is not believed', () => {
    expect(lookingAt({ agents }, { agents: [] }).listShrank?.what).toBe(
      'the list of agents lost 5 of 5 names at once',
    )
  })

  test('machines that vanish are not believed either', () => {
    expect(lookingAt({ machines: names }, { machines: names.slice(0, 1) }).listShrank?.what).toBe(
      'the list of machines of the pool 1 lost 4 of 5 names at once',
    )
  })

  test('three at once are believed', () => {
    expect(lookingAt({ agents: agents.slice(0, 3) }, { agents: [] }).listShrank).toBeUndefined()
  })

  test('what we removed ourselves is no surprise', () => {
    const memory = { ...lookingAt({ agents }), removedNames: new Set(names) }
    expect(look(memory, { agents: [] }).listShrank).toBeUndefined()
  })

  test('a list that could not be read has not shrunk', () => {
    expect(lookingAt({ agents }, { agents: new Transient('refused') }, { agents }).listShrank).toBeUndefined()
  })
})

describe('when an agent last lost work', () => {
  const name = 'pool-1-agent-a'
  const inContact = anAgent({ name, lastContactAt: testStartAt })
  const id = inContact.id
  const runs = aTask({ id: 'its', state: 'running', agentId: id })
  const others = aTask({ id: 'another', state: 'running', agentId: id })
  const lostAt = (...looks: readonly Look[]) => lookingAt(...looks).agents.get(id)?.lostWorkAt

  test('work that ends is not lost', () => {
    expect(lostAt({ agents: [inContact], tasks: [runs] }, { agents: [inContact] })).toBeUndefined()
  })

  test('it falls silent while the queue has it at work', () => {
    const silent = anAgent({ name, lastContactAt: testStartAt - 60_000 })
    expect(
      lostAt({ agents: [inContact], tasks: [runs] }, { agents: [silent], tasks: [runs], isSilent: true }),
    ).toBe(testStartAt + 10_000)
  })

  test('its task is pending again, although it is in contact and has another one', () => {
    const again = aTask({ id: 'its', state: 'pending', agentId: id })
    expect(lostAt({ agents: [inContact], tasks: [again, others] }, { agents: [inContact] })).toBe(testStartAt)
  })
})
