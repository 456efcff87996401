import { Transient } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { AGENT_SECRET, anAgent, aProject, call, POOL } from './a-project.test-setup.ts'

const HOUR_MS = 3_600_000

test('a machine is made as the settings say, with the marks of the pool and the user data', async () => {
  const { cloud, open } = aProject()
  const provider = await open({
    image: 'docker-ce',
    labels: { team: 'build' },
    networks: ['601'],
    firewalls: ['no-way-in'],
    placementGroup: 'apart',
    publicIpv4Enable: false,
  })
  const agent = anAgent('a', 'cx33:nbg1')
  await provider.deployAgent(agent, call)
  expect(cloud.servers).toMatchObject([
    {
      name: agent.name,
      userData: agent.userData,
      type: { name: 'cx33' },
      location: { name: 'nbg1' },
      image: { name: 'docker-ce', architecture: 'x86' },
      labels: {
        team: 'build',
        'wp.autoscaler/pool': POOL,
        'wp.autoscaler/image': 'docker-ce',
        'wp.autoscaler/agent': agent.name,
      },
      networks: [601],
      firewalls: [701],
      placementGroup: 801,
      hasIpv4: false,
      hasIpv6: true,
    },
  ])
})

test('the agent boots from the user data that was sent', async () => {
  const booted: object[] = []
  const { clock, open } = aProject({
    onBoot: (machine) => {
      booted.push(machine)
      return { vanish() {} }
    },
  })
  const agent = anAgent('a', 'cx23:fsn1')
  await (await open()).deployAgent(agent, call)
  await clock.advance(30_000)
  expect(booted).toMatchObject([
    { name: agent.name, environment: agent.environment, offering: { id: 'cx23:fsn1' } },
  ])
})

test('a machine is listed with its age, state, offering and its price with the address', async () => {
  const { clock, cloud, open } = aProject()
  const provider = await open()
  const madeAt = clock.now()
  await provider.deployAgent(anAgent('a', 'cx23:fsn1'), call)
  await provider.deployAgent(anAgent('b', 'cpx22'), call)
  const machine = {
    name: 'pool-test-agent-a',
    createdAt: madeAt,
    state: 'starting',
    offering: 'cx23:fsn1',
    hourlyPrice: { amount: expect.closeTo(0.0064, 8), currency: 'EUR' },
  }
  const listed = async () => await provider.listDeployedAgents!(call)
  expect(await listed()).toMatchObject([machine, { offering: 'cpx22' }])
  await clock.advance(10_000)
  expect(await listed()).toMatchObject([{ ...machine, state: 'running' }, {}])
  cloud.powerOff(machine.name)
  expect(await listed()).toMatchObject([{ ...machine, state: 'stopped' }, {}])
  await provider.removeAgent(machine.name, call)
  expect(await listed()).toMatchObject([{ ...machine, state: 'stopping' }, {}])
  await clock.advance(2_000)
  expect(await listed()).toMatchObject([{ offering: 'cpx22' }])
})

test('machines are listed although their prices cannot be read', async () => {
  const { cloud, open, within } = aProject()
  const provider = await open()
  cloud.plant('pool-test-agent-a', { 'wp.autoscaler/pool': POOL })
  cloud.faults.add({ path: '/pricing', kind: 'reset', times: Infinity })
  const [machine] = await within(60_000, provider.listDeployedAgents!(call))
  expect(machine).toMatchObject({ name: 'pool-test-agent-a', offering: 'cx23:fsn1' })
  expect(machine).not.toHaveProperty('hourlyPrice')
})

test('120 machines come on three pages', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  for (let i = 0; i < 120; i++) cloud.plant(`pool-test-agent-n${i}`, { 'wp.autoscaler/pool': POOL })
  const asked: string[] = []
  cloud.onExchange = ({ path }) => asked.push(path)
  expect(new Set(await provider.listDeployedAgentNames(call)).size).toBe(120)
  expect(asked).toEqual(['/servers', '/servers', '/servers'])
})

test('a page that never ends is an error, not an endless list', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  for (let i = 0; i < 120; i++) cloud.plant(`pool-test-agent-n${i}`, { 'wp.autoscaler/pool': POOL })
  cloud.faults.add({ path: '/servers', kind: 'same-page', times: Infinity })
  await expect(provider.listDeployedAgentNames(call)).rejects.toThrow('the next page is said to be 2')
})

test('what is asked of the same machine twice costs one list a tick', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  for (const suffix of 'abcdefgh') await provider.deployAgent(anAgent(suffix), call)
  const asked: string[] = []
  cloud.onExchange = ({ method, path }) => asked.push(`${method} ${path}`)
  await provider.listDeployedAgents!(call)
  await provider.offerings!(call)
  expect(asked).toEqual(['GET /servers'])
})

test('a machine that lists do not show yet can be ended', async () => {
  const { clock, cloud, open } = aProject({ listLagMs: 20_000 })
  const provider = await open()
  await provider.deployAgent(anAgent('a'), call)
  expect(await provider.listDeployedAgentNames(call)).toEqual([])
  await provider.removeAgent('pool-test-agent-a', call)
  await clock.advance(2_000)
  expect(cloud.servers).toEqual([])
})

test('a machine that vanishes from the list for a while is ended all the same', async () => {
  const { clock, cloud, open } = aProject()
  await (await open()).deployAgent(anAgent('a'), call)
  const afterRestart = await open()
  await afterRestart.listDeployedAgents!(call)
  cloud.hide('pool-test-agent-a', HOUR_MS)
  await afterRestart.removeAgent('pool-test-agent-a', call)
  await clock.advance(2_000)
  expect(cloud.servers).toEqual([])
})

test('a name whose machine still ends is no success', async () => {
  const { clock, cloud, open } = aProject({ deleteMs: 5_000 })
  const provider = await open()
  await provider.deployAgent(anAgent('a'), call)
  await provider.removeAgent('pool-test-agent-a', call)
  await provider.removeAgent('pool-test-agent-a', call)
  await expect(provider.deployAgent(anAgent('a'), call)).rejects.toThrow(Transient)
  await clock.advance(5_000)
  await provider.deployAgent(anAgent('a'), call)
  expect(cloud.servers).toHaveLength(1)
})

test('started hours are paid, the address besides, until the end', async () => {
  const { clock, cloud, open } = aProject({ deleteMs: 0 })
  const provider = await open()
  await provider.deployAgent(anAgent('a', 'cx23:fsn1'), call)
  await clock.advance(HOUR_MS + 1)
  cloud.powerOff('pool-test-agent-a')
  await clock.advance(HOUR_MS)
  await provider.removeAgent('pool-test-agent-a', call)
  await clock.advance(10 * HOUR_MS)
  expect(cloud.cost()).toBeCloseTo(3 * 0.0064, 8)
  expect(provider.stoppingSaves).toEqual({ not: 'Hetzner bills stopped machines' })
})

test('no secret is ever logged or in an error', async () => {
  const { cloud, open, logged, within } = aProject({ serverLimit: 2 })
  const provider = await open({ sshKeys: [] })
  const agent = anAgent('a')
  const errors: unknown[] = []
  const attempt = async (suffix: string) =>
    await within(60_000, provider.deployAgent(anAgent(suffix), call)).catch((error) => errors.push(error))
  await attempt('a')
  for (const kind of ['lose-answer', 'cut-off', 'reset'] as const) {
    cloud.faults.add({ method: 'POST', path: '/servers', kind })
    await attempt(`b${kind.length}`)
  }
  cloud.faults.add({
    method: 'POST',
    path: '/servers',
    kind: 'answer',
    status: 422,
    body: { error: { code: 'invalid_input', message: agent.userData, details: { fields: [] } } },
  })
  await attempt('c')
  const seen = [...logged, ...errors.map((error) => `${error} ${JSON.stringify(error)}`)].join('\n')
  expect(errors.length).toBeGreaterThan(1)
  expect(cloud.rootPasswords.length).toBeGreaterThan(0)
  const encoded = Buffer.from(`WOODPECKER_AGENT_SECRET=${AGENT_SECRET}`).toString('base64').slice(0, 20)
  for (const secret of ['emulated-hetzner-token', AGENT_SECRET, encoded, ...cloud.rootPasswords]) {
    expect(seen).not.toContain(secret)
  }
})
