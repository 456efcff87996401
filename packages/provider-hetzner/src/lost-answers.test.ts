import { asOutsideError, Rejected } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { anAgent, aProject, call } from './a-project.test-setup.ts'

test.each(['lose-answer', 'cut-off'] as const)(
  'a create whose answer is lost (%s) is looked up and taken over',
  async (kind) => {
    const { cloud, open, within } = aProject()
    const provider = await open()
    cloud.faults.add({ method: 'POST', path: '/servers', kind })
    await within(10_000, provider.deployAgent(anAgent('a'), call))
    expect(cloud.books).toHaveLength(1)
  },
)

test('while lists are late a lost create stays unknown, and a second try takes it over', async () => {
  const { clock, cloud, open } = aProject({ listLagMs: 20_000 })
  const provider = await open()
  cloud.faults.add({ method: 'POST', path: '/servers', kind: 'lose-answer' })
  const lost = await provider.deployAgent(anAgent('a'), call).catch(asOutsideError)
  expect(lost).toMatchObject({ kind: 'transient', mayHaveActed: true })
  const tooEarly = await provider.deployAgent(anAgent('a'), call).catch(asOutsideError)
  expect(tooEarly).toMatchObject({ kind: 'transient', mayHaveActed: true })
  await clock.advance(20_000)
  await provider.deployAgent(anAgent('a', 'cx33:nbg1'), call)
  expect(cloud.books).toHaveLength(1)
  expect(await provider.listDeployedAgentNames(call)).toEqual(['pool-test-agent-a'])
})

test('a new process takes over what the one before has made', async () => {
  const { cloud, open } = aProject()
  await (await open()).deployAgent(anAgent('a'), call)
  await (await open()).deployAgent(anAgent('a'), call)
  expect(cloud.books).toHaveLength(1)
})

test('never two machines for one name, whatever is lost in between', async () => {
  const { cloud, open, within } = aProject({ listLagMs: 500, answerMs: 20 })
  const kinds = ['lose-answer', 'cut-off', 'reset', 'slow', 'hang'] as const
  const provider = await within(5_000, open())
  for (let i = 0; i < 40; i++) {
    cloud.faults.add({ path: '/servers', kind: kinds[i % kinds.length]!, delayMs: 30_000 } as never)
    const agent = anAgent(`x${i % 8}`)
    const work = i % 3 === 2 ? provider.removeAgent(agent.name, call) : provider.deployAgent(agent, call)
    await within(60_000, work).catch((error: unknown) =>
      expect(asOutsideError(error).kind).toMatch(/transient|unexpected-answer/),
    )
    const names = cloud.servers.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  }
})

test.each(['lose-answer', 'cut-off', 'reset'] as const)(
  'an end whose answer is lost (%s) is an end',
  async (kind) => {
    const { cloud, open, within } = aProject()
    const provider = await open()
    await provider.deployAgent(anAgent('a'), call)
    cloud.faults.add({ method: 'DELETE', path: '/servers', kind })
    await within(10_000, provider.removeAgent('pool-test-agent-a', call))
    expect(cloud.servers).toEqual([])
  },
)

test('a foreign server that has the name is not taken over, nor ended', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  const { id } = cloud.plant('pool-test-agent-a', { 'wp.autoscaler/pool': 'other' })
  await expect(provider.deployAgent(anAgent('a'), call)).rejects.toThrow(Rejected)
  await expect(provider.deployAgent(anAgent('a'), call)).rejects.toThrow('a foreign server has this name')
  await expect(provider.removeAgent('pool-test-agent-a', call)).rejects.toThrow('it is left alone')
  expect(await provider.listDeployedAgentNames(call)).toEqual([])
  expect(cloud.find(id)?.status).toBe('initializing')
})

test('a machine whose mark somebody has taken off is no longer ours', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  await provider.deployAgent(anAgent('a'), call)
  cloud.relabel('pool-test-agent-a', {})
  await expect(provider.removeAgent('pool-test-agent-a', call)).rejects.toThrow(Rejected)
  expect(cloud.servers).toHaveLength(1)
})

test('a machine that the Go autoscaler has made under this pool is ours', async () => {
  const { clock, cloud, open } = aProject()
  const provider = await open()
  cloud.plant('pool-test-agent-Go1', { 'wp.autoscaler/pool': 'test', 'wp.autoscaler/image': 'ubuntu-24.04' })
  expect(await provider.listDeployedAgentNames(call)).toEqual(['pool-test-agent-Go1'])
  await provider.removeAgent('pool-test-agent-Go1', call)
  await clock.advance(2_000)
  expect(cloud.servers).toEqual([])
})

test('a machine that somebody has renamed is listed and ended under its agent’s name', async () => {
  const { clock, cloud, open } = aProject()
  await (await open()).deployAgent(anAgent('a'), call)
  cloud.rename('pool-test-agent-a', 'to-look-at')
  const afterRestart = await open()
  expect(await afterRestart.listDeployedAgentNames(call)).toEqual(['pool-test-agent-a'])
  await afterRestart.removeAgent('pool-test-agent-a', call)
  await clock.advance(2_000)
  expect(cloud.servers).toEqual([])
})

test('a machine that somebody has deleted is gone, which is no error', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  await provider.deployAgent(anAgent('a'), call)
  cloud.vanish('pool-test-agent-a')
  expect(await provider.listDeployedAgents!(call)).toEqual([])
  await provider.removeAgent('pool-test-agent-a', call)
})

test('a machine that is protected from deletion says so', async () => {
  const { cloud, open } = aProject()
  const provider = await open()
  await provider.deployAgent(anAgent('a'), call)
  cloud.protect('pool-test-agent-a')
  await expect(provider.removeAgent('pool-test-agent-a', call)).rejects.toThrow('protected it from deletion')
})
