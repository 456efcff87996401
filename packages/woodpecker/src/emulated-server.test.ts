import {
  type Agent,
  type CiServer,
  type NewAgent,
  type ServerSignal,
  systemClock,
} from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  EmulatedAgent,
  EmulatedWoodpecker,
  type ServedWoodpecker,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, failureOf, newServer } from './testing/new-server.ts'

let woodpecker: EmulatedWoodpecker
let served: ServedWoodpecker
let client: CiServer
let processes: EmulatedAgent[]

beforeEach(async () => {
  woodpecker = new EmulatedWoodpecker({ clock: systemClock, random: Math.random })
  served = await serveWoodpecker(woodpecker, { prefix: '/ci', failConcurrentWrites: true })
  client = newServer({ url: served.url, token: adminToken, deadlineMs: 1_000 })
  processes = []
})

afterEach(async () => {
  for (const process of processes) process.kill()
  await client.close()
  await served.close()
})

const wanted = (name: string): NewAgent => ({
  name,
  slots: 1,
  labels: {},
  backend: 'docker',
  image: undefined,
  environment: {},
})

/** A record with a running process, in contact. */
async function connectedAgent(name: string): Promise<Agent> {
  const { agent, environment } = await client.createAgent(wanted(name), call())
  const process = new EmulatedAgent({
    link: woodpecker.link(environment['WOODPECKER_AGENT_SECRET'] as string),
    clock: systemClock,
    random: Math.random,
    settings: { hostname: name, retryTimeoutMs: 0 },
  })
  processes.push(process)
  process.start()
  return vi.waitFor(async () => {
    const inspection = await client.inspectAgent(agent.id, call())
    expect(inspection?.agent.labels).toBeDefined()
    return inspection?.agent as Agent
  })
}

const longJob = { repo: 'acme/app1', workflows: [{ name: 'build', durationMs: 60_000 }] }

/** Resolves when the queue has a running task. */
const running = () =>
  vi.waitFor(async () => {
    const task = (await client.readQueue(call())).tasks.find(({ state }) => state === 'running')
    expect(task).toBeDefined()
    return task
  })

describe('in front of an emulated server', () => {
  it('120 agents are all seen, also just after some were deleted', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `pool-1-agent-n${index}`)
    await Promise.all(names.map((name) => client.createAgent(wanted(name), call())))
    const { agents } = await client.readAgents(call())
    expect(agents.map((agent) => agent.name)).toEqual(names)
    const [first, ...rest] = agents as [Agent, ...Agent[]]
    expect(await client.deleteAgent(first, call())).toBe('deleted')
    expect(await client.deleteAgent(first, call())).toBe('already-gone')
    expect((await client.readAgents(call())).agents).toEqual(rest)
  })

  it('a lost answer to a creation leaves one record, whose token is known', async () => {
    served.faults.add({ kind: 'lose-answer', method: 'POST', path: '/api/agents' })
    const { agent, environment } = await client.createAgent(wanted('pool-1-agent-abc123'), call())
    expect((await client.readAgents(call())).agents).toHaveLength(1)
    expect(environment['WOODPECKER_AGENT_SECRET']).toBe(woodpecker.records.get(Number(agent.id)).token)
  })

  it('a lost answer to a deletion is found out', async () => {
    const { agent } = await client.createAgent(wanted('pool-1-agent-abc123'), call())
    served.faults.add({ kind: 'lose-answer', method: 'DELETE', path: '/api/agents' })
    expect(await client.deleteAgent(agent, call())).toBe('deleted')
  })

  it('a cordoned agent takes nothing more, and keeps its name', async () => {
    const agent = await connectedAgent('pool-1-agent-abc123')
    const written = await client.setCordon(agent, true, call())
    expect(written).toMatchObject({ name: agent.name, cordoned: true })
    expect((await client.inspectAgent(agent.id, call()))?.agent).toMatchObject({ cordoned: true })
    expect(await client.setCordon(agent, false, call())).toMatchObject({ cordoned: false })
  })

  it('a busy agent is not deleted, and its work is known with and without the queue', async () => {
    const agent = await connectedAgent('pool-1-agent-abc123')
    woodpecker.createPipeline(longJob)
    const task = await running()
    expect(task).toMatchObject({ agentId: agent.id, title: 'acme/app1#1 build' })
    expect(await client.deleteAgent(agent, call())).toBe('busy')
    expect((await client.inspectAgent(agent.id, call()))?.busy).toBe(true)
    const { tasks } = await client.readQueue(call())
    expect((await client.readWork(tasks, call())).workingAgentIds).toEqual(new Set([agent.id]))

    woodpecker.restart()
    const forgotten = (await client.readQueue(call())).tasks
    expect(forgotten).toEqual([])
    expect((await client.readWork(forgotten, call())).workingAgentIds).toEqual(new Set([agent.id]))
  })

  it('the start of a pipeline is heard, and its task is in the queue by then; a restart is heard as well', async () => {
    const listening = new AbortController()
    const signals: ServerSignal[] = []
    client.listen((what) => signals.push(what), listening.signal)
    await vi.waitFor(() => expect(signals).toEqual(['connected']))
    woodpecker.createPipeline(longJob)
    await vi.waitFor(() => expect(signals).toEqual(['connected', 'changed']))
    expect((await client.readQueue(call())).tasks).toHaveLength(1)
    woodpecker.restart()
    await vi.waitFor(() => expect(signals.slice(2)).toEqual(['broken', 'connected']), { timeout: 5_000 })
    listening.abort()
  })

  it('a list that never ends, JSON that is cut off, and a server that hangs are refused, not believed', async () => {
    await client.createAgent(wanted('pool-1-agent-abc123'), call())
    served.faults.add({ kind: 'same-page', path: '/api/agents', times: 10 })
    expect(await failureOf(client.readAgents(call()))).toMatchObject({ kind: 'unexpected-answer' })
    served.faults.clear()
    served.faults.add({ kind: 'cut-off', path: '/api/queue/info' })
    expect(await failureOf(client.readQueue(call()))).toMatchObject({ kind: 'unexpected-answer' })
    served.faults.add({ kind: 'hang', path: '/api/queue/info' })
    expect(await failureOf(client.readQueue(call()))).toMatchObject({ kind: 'transient' })
  })

  it('says whose token it is, and refuses one of nobody', async () => {
    expect(await client.check(call())).toEqual({ version: '3.17.0', user: 'admin', admin: true })
    const nobody = newServer({ url: served.url, token: 'wrong' })
    expect(await failureOf(nobody.check(call()))).toMatchObject({ kind: 'auth' })
    await nobody.close()
  })

  it('a queue that only an agent can mend says so', async () => {
    woodpecker.createPipeline(longJob)
    await vi.waitFor(async () => expect((await client.readQueue(call())).tasks).toHaveLength(1))
    woodpecker.removeRepo('acme/app1')
    expect(await failureOf(client.readQueue(call()))).toMatchObject({ kind: 'queue-needs-agent' })
  })
})
