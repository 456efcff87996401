import type { Provider } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { aProject, call, type Project } from './a-project.test-setup.ts'
import { POOL_LABEL } from './labels.ts'

const POOLS: readonly string[] = Array.from({ length: 34 }, (_, i) => `p${i}`)

/** The queries of every list of servers, in their order. */
function listsOf({ cloud }: Project): string[] {
  const lists: string[] = []
  cloud.onExchange = ({ method, path, query }) => {
    if (method === 'GET' && path === '/servers') lists.push(`${query}`)
  }
  return lists
}

async function openAll(project: Project, pools: readonly string[]): Promise<readonly Provider[]> {
  const opening = Promise.all(pools.map((pool) => project.open({}, pool)))
  return project.within(10_000, opening)
}

function plant({ cloud }: Project, pool: string, suffix: string): string {
  const name = `pool-${pool}-agent-${suffix}`
  cloud.plant(name, { [POOL_LABEL]: pool })
  return name
}

test.each([
  { each: 1, pages: 1 },
  { each: 4, pages: 3 },
])('34 pools with $each machines each cost $pages requests a tick, and each has its own', async (row) => {
  const project = aProject({ answerMs: 50 })
  const providers = await openAll(project, POOLS)
  const own = POOLS.map((pool) => Array.from({ length: row.each }, (_, i) => plant(project, pool, `n${i}`)))
  const lists = listsOf(project)
  for (let tick = 0; tick < 6; tick++) {
    const reading = Promise.all(providers.map((provider) => provider.listDeployedAgents!(call)))
    const machines = await project.within(10_000, reading)
    expect(machines.map((ofPool) => ofPool.map(({ name }) => name))).toEqual(own)
  }
  expect(lists).toHaveLength(6 * row.pages)
  expect(project.logged.join('\n')).not.toContain('left alone')
})

test('machine types and prices are read once for all pools', async () => {
  const project = aProject({ answerMs: 50 })
  const { cloud, clock } = project
  const paths: string[] = []
  cloud.onExchange = ({ path }) => paths.push(path)
  const providers = await openAll(project, POOLS)
  const lookAtAll = () =>
    project.within(10_000, Promise.all(providers.map((provider) => provider.offerings!(call))))
  await lookAtAll()
  expect(paths.filter((path) => path === '/server_types' || path === '/pricing')).toHaveLength(2)
  paths.length = 0
  await clock.advance(60_000)
  await lookAtAll()
  expect(paths).toEqual(['/server_types'])
})

test('a pool alone asks for its own, however many the project has', async () => {
  const project = aProject()
  for (let i = 0; i < 120; i++) plant(project, 'of-another-process', `n${i}`)
  const [provider] = await openAll(project, ['p1'])
  const name = plant(project, 'p1', 'a')
  const lists = listsOf(project)
  expect(await provider!.listDeployedAgentNames(call)).toEqual([name])
  expect(lists).toHaveLength(1)
})

test('a pool that is opened while the first one waits to ask for its own is not given those', async () => {
  const project = aProject({ answerMs: 50 })
  const [one] = await openAll(project, ['one'])
  project.cloud.faults.add({ kind: 'slow', method: 'GET', path: '/servers', delayMs: 8_000 })
  const first = one!.listDeployedAgentNames(call)
  await project.clock.advance(1_000)
  const second = one!.listDeployedAgentNames(call)
  const two = await project.within(2_000, project.open({}, 'two'))
  const name = plant(project, 'two', 'a')
  const ofTwo = two.listDeployedAgentNames(call)
  expect(await project.within(60_000, Promise.all([first, second, ofTwo]))).toEqual([[], [], [name]])
})

test('what a pool has made or ended while another one’s list was under way shows in its own', async () => {
  const project = aProject()
  const { clock, cloud } = project
  const [one, two] = (await openAll(project, ['one', 'two'])) as [Provider, Provider]
  const ended = plant(project, 'two', 'ended')
  cloud.faults.add({ kind: 'slow', method: 'GET', path: '/servers', delayMs: 8_000 })
  const ofOne = one.listDeployedAgentNames(call)
  await clock.advance(1_000)
  const made = plant(project, 'two', 'made')
  await project.within(1_000, two.removeAgent(ended, call))
  const lists = listsOf(project)
  const ofTwo = two.listDeployedAgentNames(call)
  expect(await project.within(60_000, Promise.all([ofOne, ofTwo]))).toEqual([[], [made]])
  expect(lists).toHaveLength(2)
})

test('a pool that gives up waiting leaves the list to the others', async () => {
  const project = aProject({ answerMs: 5_000 })
  const [one, two] = (await project.within(60_000, openAll(project, ['one', 'two']))) as [Provider, Provider]
  const name = plant(project, 'two', 'a')
  const lists = listsOf(project)
  const stop = new AbortController()
  const ofOne = one.listDeployedAgentNames({ signal: stop.signal })
  ofOne.catch(() => {})
  const ofTwo = two.listDeployedAgentNames(call)
  await project.clock.advance(1_000)
  stop.abort(new Error('late'))
  await expect(ofOne).rejects.toMatchObject({ kind: 'transient' })
  expect(await project.within(60_000, ofTwo)).toEqual([name])
  expect(lists).toHaveLength(1)
})

test('pools of another token have a list of their own', async () => {
  const tokens = ['a', 'b'].map((token) => ({ token, rights: 'read-write' }) as const)
  const project = aProject({ tokens })
  const providers = await Promise.all(
    tokens.map(({ token }) => project.open({ apiToken: token }, `of-${token}`)),
  )
  const lists = listsOf(project)
  await Promise.all(providers.map((provider) => provider.listDeployedAgentNames(call)))
  expect(lists).toHaveLength(2)
})
