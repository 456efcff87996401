import { seededRandom, systemClock } from '@woodpeckers/autoscaler-core'
import { afterEach, expect, test } from 'vitest'
import { EmulatedAgent } from '../../agent/emulated-agent.ts'
import { httpLink } from '../../agent/http-link.ts'
import { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { adminToken } from '../settings.ts'
import { type ServedWoodpecker, type ServeOptions, serveWoodpecker } from './serve-woodpecker.ts'

let served: ServedWoodpecker
const agents: EmulatedAgent[] = []
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.kill()
  await served.close()
})

async function setUp(options: ServeOptions = {}): Promise<EmulatedWoodpecker> {
  const server = new EmulatedWoodpecker({ clock: systemClock, random: seededRandom(1) })
  served = await serveWoodpecker(server, options)
  return server
}

function api(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' }
  return fetch(served.url + path, { ...init, headers })
}

function control(path: string, body?: object): Promise<Response> {
  const { origin } = new URL(served.url)
  return fetch(`${origin}/emulator${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
}

function startAgent(token: string): EmulatedAgent {
  const agent = new EmulatedAgent({
    link: httpLink(served.agentAddress, token),
    clock: systemClock,
    random: seededRandom(2),
    settings: { retryTimeoutMs: 0, maxWorkflows: 2 },
  })
  agents.push(agent)
  agent.start()
  return agent
}

async function newAgent(): Promise<{ id: number; token: string }> {
  const created = await api('/api/agents', { method: 'POST', body: '{"name":"a","no_schedule":false}' })
  return (await created.json()) as { id: number; token: string }
}

test('work that is ordered by HTTP is done by an agent over HTTP, through a restart', async () => {
  await setUp()
  const { id, token } = await newAgent()
  startAgent(token)
  const workflows = [{ durationMs: 700 }, { durationMs: 50 }]
  expect((await control('/pipelines', { repo: 'acme/app', workflows })).status).toBe(200)
  await expect.poll(async () => (await api(`/api/agents/${id}/tasks`)).json()).toHaveLength(1)
  await control('/restart', {})
  await expect
    .poll(async () => (await control('/pipelines')).json(), { timeout: 5000 })
    .toMatchObject([{ repo: 'acme/app', status: 'success', workflows: [{ agentId: id }, { agentId: id }] }])
})

test('a killed agent leaves at once; one that ends politely reports its work as killed', async () => {
  const server = await setUp()
  const { token } = await newAgent()
  const killed = startAgent(token)
  await expect.poll(() => server.queue.pollers.count).toBe(2)
  killed.kill()
  await expect.poll(() => server.queue.pollers.count).toBe(0)
  const polite = startAgent(token)
  const pipeline = server.createPipeline({ repo: 'acme/app', workflows: [{ durationMs: 60_000 }] })
  await expect.poll(() => pipeline.status).toBe('running')
  await polite.terminate()
  expect(pipeline.status).toBe('killed')
})

test('while the server is away connections break, but those of the control', async () => {
  await setUp()
  await control('/stop', {})
  await expect(api('/version')).rejects.toThrow()
  await control('/start', {})
  expect((await api('/version')).status).toBe(200)
})

test('a prefix is part of every path', async () => {
  await setUp({ prefix: '/ci' })
  expect(served.url).toMatch(/\/ci$/)
  expect(await (await api('/api/agents')).json()).toBeNull()
  const outside = await fetch(`${new URL(served.url).origin}/api/agents`)
  expect([outside.status, outside.headers.get('content-type')]).toEqual([200, 'text/html'])
})

test('the date of an answer is that of the clock', async () => {
  const clock = { ...systemClock, now: () => Date.UTC(2030, 0, 1) }
  served = await serveWoodpecker(new EmulatedWoodpecker({ clock, random: seededRandom(1) }))
  expect((await api('/healthz')).headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT')
})

test('mishaps befall as many requests as they are meant for', async () => {
  const server = await setUp()
  const { faults } = served
  faults.add({ kind: 'answer', path: '/api/agents', status: 502, body: 'bad gateway', times: 2 })
  expect((await api('/api/queue/info')).status).toBe(200)
  expect((await api('/api/agents')).status).toBe(502)
  expect((await api('/api/agents')).status).toBe(502)
  expect((await api('/api/agents')).status).toBe(200)

  faults.add({ kind: 'reset', path: /agents$/ })
  await expect(api('/api/agents')).rejects.toThrow()

  faults.add({ kind: 'lose-answer', path: '/api/agents', method: 'POST' })
  await expect(newAgent()).rejects.toThrow()
  expect(server.records.list()).toHaveLength(1)

  faults.add({ kind: 'cut-off', path: '/api/queue/info' })
  await expect((await api('/api/queue/info')).json()).rejects.toThrow(SyntaxError)

  faults.add({ kind: 'hang', path: '/api/user' })
  await expect(api('/api/user', { signal: AbortSignal.timeout(100) })).rejects.toThrow(/timeout/)

  faults.add({ kind: 'slow', path: '/api/user', delayMs: 100 })
  const askedAt = performance.now()
  expect((await api('/api/user')).status).toBe(200)
  expect(performance.now() - askedAt).toBeGreaterThan(95)

  faults.add({ kind: 'same-page', path: '/api/agents', times: Infinity })
  expect(await (await api('/api/agents?page=7')).json()).toHaveLength(1)
  faults.clear()
  expect(await (await api('/api/agents?page=7')).json()).toBeNull()
})

test('of writes at once all but one find the database locked', async () => {
  await setUp({ writeMs: 50, failConcurrentWrites: true })
  const write = () => api('/api/agents', { method: 'POST', body: '{"name":"a"}' })
  const answers = await Promise.all([write(), write(), write()])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 500, 500])
  expect(await answers.find(({ status }) => status === 500)!.text()).toBe('database is locked')
})
