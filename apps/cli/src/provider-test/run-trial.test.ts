import {
  AuthError,
  type CiServer,
  QuotaExceeded,
  RateLimited,
  Rejected,
  Transient,
} from '@woodpeckers/autoscaler-core'
import { FakeCiServer } from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test } from 'vitest'
import { TrialStage } from './a-trial.test-setup.ts'

const MAKING = ['provider', 'server', 'record', 'deployed', 'listed', 'connected']
const REMOVING = ['forgotten', 'removed', 'gone']

describe('a provider that works', () => {
  test('has a machine made, seen, connected and removed, with the time of each', async () => {
    const stage = new TrialStage({ listLagMs: 5_000 })
    const { ok, left } = await stage.run()
    expect({ ok, left, remains: stage.remains }).toEqual({ ok: true, left: [], remains: [] })
    expect(stage.steps).toEqual([...MAKING, ...REMOVING])
    expect([stage.took('listed'), stage.took('connected')]).toEqual([5, 25])
    expect(stage.cloud.history).toHaveLength(1)
  })

  test('says what it will do and what it may cost before anything is made', async () => {
    const stage = new TrialStage()
    await stage.run({}, (provider) => ({
      ...provider,
      billing: 'hour',
      deployAgent: async () => {
        expect(stage.printed).toContain(
          `Makes one machine, ${stage.name}, sees it listed, waits for its agent`,
        )
        expect(stage.printed).toContain('Cost: about 0.0059 EUR, as each hour begun is paid in full (small).')
        throw new QuotaExceeded('enough')
      },
    }))
    expect(stage.printed).toContain('enough')
  })

  test('takes the next offering where the first is sold out', async () => {
    const stage = new TrialStage()
    stage.cloud.sellOut('small')
    expect((await stage.run()).ok).toBe(true)
    expect(stage.cloud.history.map(({ offering }) => offering)).toEqual(['large'])
  })

  test('needs no server where nobody waits for the agent', async () => {
    const stage = new TrialStage()
    expect((await stage.run({ server: undefined })).ok).toBe(true)
    expect(stage.steps).toEqual(['provider', 'deployed', 'listed', 'removed', 'gone'])
    expect(stage.remains).toEqual([])
  })

  test('no task is given to the agent, whatever waits', async () => {
    const stage = new TrialStage({ bootDelayMs: 30_500 })
    stage.server.addTasks(5)
    expect((await stage.run()).ok).toBe(true)
    expect(stage.server.tasks.map(({ fate, agentId }) => [fate, agentId])).toEqual(
      Array.from({ length: 5 }, () => ['open', undefined]),
    )
  })

  test('its agent is of the organisation that the pool is kept to', async () => {
    const stage = new TrialStage()
    const wanted: (string | undefined)[] = []
    const createAgent: CiServer['createAgent'] = (agent, call) => {
      wanted.push(agent.scope)
      return FakeCiServer.prototype.createAgent.call(stage.server, agent, call)
    }
    stage.server.createAgent = createAgent
    const agent = { labels: {}, image: undefined, environment: {}, renderUserData: () => '#cloud-config\n' }
    expect((await stage.run({ agent: { ...agent, scope: '3' } })).ok).toBe(true)
    expect(wanted).toEqual(['3'])
  })

  test('a machine of an earlier test is named, and left alone', async () => {
    const stage = new TrialStage()
    stage.cloud.plant({ name: 'pool-1-test-agent-old' })
    expect((await stage.run()).ok).toBe(true)
    expect(stage.printed).toContain('! pool-1-test-agent-old is there from another test')
    expect(stage.remains).toEqual(['machine pool-1-test-agent-old'])
  })
})

describe('whatever fails, nothing is left', () => {
  const lost = () => new Transient('the answer was lost', { mayHaveActed: true })
  test.each<[string, (stage: TrialStage) => void, failed: string, text: RegExp]>([
    [
      'the cloud refuses the token',
      ({ cloud }) => cloud.failNext('list', new AuthError('no such token')),
      'provider failed',
      /no such token/,
    ],
    [
      'the cloud is away for a moment',
      ({ cloud }) => cloud.failNext('list', new Transient('away')),
      'provider failed',
      /away/,
    ],
    [
      'prices cannot be read',
      ({ cloud }) => cloud.failNext('offerings', new Transient('no prices')),
      '',
      /no prices/,
    ],
    [
      'the server refuses the token',
      ({ server }) => server.failNext('check', new AuthError('no admin')),
      'server failed',
      /no admin/,
    ],
    [
      'the server makes no record',
      ({ server }) => server.failNext('createAgent', new Rejected('no')),
      'record failed',
      /no$/m,
    ],
    [
      'the record is made, its answer lost',
      ({ server }) => server.loseAnswer('createAgent'),
      'record failed',
      /lost/,
    ],
    [
      'the server hangs',
      ({ server }) => server.hangNext('createAgent', 'after-acting'),
      'record failed',
      /no answer within 1m/,
    ],
    [
      'the quota is reached',
      ({ cloud }) => cloud.failNext('create', new QuotaExceeded('full'), 2),
      'deployed failed',
      /full/,
    ],
    [
      'all is sold out',
      ({ cloud }) => ['small', 'large'].forEach((id) => void cloud.sellOut(id)),
      'deployed failed',
      /large is not to be had/,
    ],
    [
      'the machine is made, its answer lost',
      ({ cloud }) => cloud.loseAnswer('create'),
      'deployed failed',
      /lost/,
    ],
    [
      'the cloud hangs after making it',
      ({ cloud }) => cloud.hangNext('create', 'after-acting'),
      'deployed failed',
      /no answer within 2m/,
    ],
    [
      'the cloud hangs and hears nothing',
      ({ cloud }) => cloud.hangNext('create', 'deaf'),
      'deployed failed',
      /no answer within 2m/,
    ],
    ['it is never listed', ({ cloud, name }) => cloud.hide(name, 1e9), 'listed failed', /not within 2m/],
    [
      'lists fail for good',
      ({ cloud, clock }) => void clock.startTimer(1, () => cloud.failNext('list', lost(), 130)),
      'listed failed',
      /not within 2m: the answer was lost/,
    ],
    [
      'the record disappears',
      ({ server, clock }) => void clock.startTimer(5_000, () => server.loseRecords(() => true)),
      'connected failed',
      /somebody else has deleted it/,
    ],
    [
      'the machine vanishes before it has booted',
      ({ cloud, clock, name }) => void clock.startTimer(5_000, () => cloud.vanish(name)),
      'connected failed',
      /not within 10m/,
    ],
  ])('%s', async (_, arrange, failed, text) => {
    const stage = new TrialStage()
    stage.cloud.slowDown('create', 500)
    arrange(stage)
    const { ok, left } = await stage.run()
    expect({ ok, left, remains: stage.remains }).toEqual({ ok: false, left: [], remains: [] })
    expect(stage.steps.filter((step) => step.endsWith('failed'))).toEqual(failed ? [failed] : [])
    expect(stage.printed).toMatch(text)
  })

  test('a machine that appears only after its removal is removed once more', async () => {
    const stage = new TrialStage()
    const { ok, left } = await stage.run({}, (provider) => ({
      ...provider,
      deployAgent: async (agent, call) => {
        stage.clock.startTimer(60_000, () => void provider.deployAgent(agent, call).catch(() => {}))
        throw lost()
      },
    }))
    expect({ ok, left }).toEqual({ ok: false, left: [] })
    expect(stage.cloud.history).toHaveLength(1)
    expect(stage.remains).toEqual([])
  })

  test('an agent that never connects shows the end of its console', async () => {
    const stage = new TrialStage({ onBoot: () => undefined })
    const { ok } = await stage.run({}, (provider) => ({
      ...provider,
      console: async (name) => `${'boot\n'.repeat(50)}${name}: no route to host\n`,
    }))
    expect(ok).toBe(false)
    expect(stage.printed).toContain(`${stage.name}: no route to host`)
    expect(stage.printed.match(/boot/g)).toHaveLength(19)
    expect(stage.remains).toEqual([])
  })

  test.each<[string, (stage: TrialStage) => void]>([
    ['the record', ({ server }) => server.failNext('deleteAgent', lost(), 3)],
    [
      'the machine',
      ({ cloud }) => cloud.failNext('remove', new RateLimited('slow', { retryAfterMs: 20_000 }), 3),
    ],
  ])('%s that cannot be removed at first is tried again', async (_, arrange) => {
    const stage = new TrialStage()
    arrange(stage)
    expect(await stage.run()).toMatchObject({ ok: true, left: [] })
    expect(stage.remains).toEqual([])
  })
})

describe('what cannot be removed is named', () => {
  test('a machine', async () => {
    const stage = new TrialStage()
    stage.cloud.failNext('remove', new AuthError('the token may not delete'))
    const { ok, left } = await stage.run()
    expect(ok).toBe(false)
    expect(left).toEqual([{ what: 'machine', why: 'the token may not delete' }])
    expect(stage.remains).toEqual([`machine ${stage.name}`])
  })

  test('a machine that stays in the list', async () => {
    const stage = new TrialStage()
    const { ok, left } = await stage.run({}, (provider) => ({ ...provider, removeAgent: async () => {} }))
    expect({ ok, left }).toEqual({ ok: false, left: [{ what: 'machine', why: 'not within 5m' }] })
  })

  test('a record; its machine goes all the same', async () => {
    const stage = new TrialStage()
    stage.server.failNext('deleteAgent', new Transient('database is locked'), 1_000)
    const { ok, left } = await stage.run()
    expect({ ok, left }).toEqual({
      ok: false,
      left: [{ what: 'record', why: 'not within 1m: database is locked' }],
    })
    expect(stage.remains).toEqual([`record ${stage.name}`])
  })

  test('a machine whose agent was given work against all odds stays', async () => {
    const stage = new TrialStage({ bootDelayMs: 30_500 })
    stage.server.addTask()
    const { signal } = new AbortController()
    stage.clock.startTimer(20_000, () => {
      for (const agent of stage.server.agents) void stage.server.setCordon(agent, false, { signal })
    })
    const { ok, left } = await stage.run()
    expect(ok).toBe(false)
    expect(left).toEqual([
      { what: 'record', why: expect.stringContaining('the server says that it has running tasks') },
      { what: 'machine', why: 'it stays, as its agent has work' },
    ])
    expect(stage.cloud.machines).toHaveLength(1)
  })
})

describe('stopped at any moment, nothing is left', () => {
  const moments = [
    0, 250, 600, 1_100, 1_600, 2_100, 3_100, 4_100, 5_500, 8_000, 20_000, 33_000, 35_500, 36_500,
  ]
  test.each(moments)('after %i ms', async (ms) => {
    const stage = new TrialStage({ listLagMs: 3_000 })
    for (const call of ['check', 'createAgent', 'deleteAgent'] as const) stage.server.slowDown(call, 1_000)
    for (const call of ['create', 'remove'] as const) stage.cloud.slowDown(call, 1_500)
    for (const call of ['list', 'offerings'] as const) stage.cloud.slowDown(call, 200)
    stage.clock.startTimer(ms, () => stage.stop.abort(new Error('stopped by SIGINT')))
    const { ok, left } = await stage.run()
    expect({ left, remains: stage.remains }).toEqual({ left: [], remains: [] })
    if (!ok) expect(stage.printed).toContain('stopped by SIGINT')
    expect(ok).toBe(ms > 35_000)
  })

  test('a call that makes a machine is given 10 s to end before it is cut off', async () => {
    const stage = new TrialStage()
    stage.cloud.hangNext('create', 'after-acting')
    stage.clock.startTimer(1_000, () => stage.stop.abort(new Error('stopped by SIGINT')))
    expect(await stage.run()).toMatchObject({ ok: false, left: [] })
    expect(stage.took('deployed')).toBe(11)
    expect(stage.remains).toEqual([])
  })
})
