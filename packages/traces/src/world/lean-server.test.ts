import type { CiServer } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { aTracePool } from '../play/test-trace.ts'
import { Dependents } from './dependents.ts'
import { ciServerOf } from './lean-ci-server.ts'
import { LeanServer } from './lean-server.ts'
import { VirtualClock } from './virtual-clock.ts'

const START_AT = Date.UTC(2026, 0, 5)
const call = { signal: new AbortController().signal }
const offer = { platform: 'linux/amd64', backend: 'docker', repo: '*', 'org-id': '*' }

/** A server with the pool `any`, and the pool `own`, whose agents are for one repository. */
function aServer(): { clock: VirtualClock; server: LeanServer; ci: CiServer; signals: string[] } {
  const clock = new VirtualClock(START_AT)
  const signals: string[] = []
  const server = new LeanServer({
    clock,
    random: () => 0.5,
    pools: [
      aTracePool({ id: 'any', offer }),
      aTracePool({ id: 'own', offer: { ...offer, repo: 'acme/app' } }),
    ],
    dependents: new Dependents([]),
    onCreate: () => {},
    onMove: () => {},
    onSignal: () => {},
  })
  const ci = ciServerOf(server, clock)
  ci.listen((signal) => signals.push(`${signal} at ${clock.now() - START_AT}`), call.signal)
  return { clock, server, ci, signals }
}

async function anAgent(ci: CiServer, server: LeanServer, name: string, slots = 1): Promise<string> {
  const settings = { slots, labels: {}, backend: 'docker', image: undefined, environment: {} }
  const { agent } = await ci.createAgent({ name, ...settings }, call)
  server.boot(name)
  return agent.id
}

function until(clock: VirtualClock, atMs: number): void {
  while (clock.step(START_AT + atMs)) {}
}

const job = (repo: string, durationMs = 60_000) => ({ atMs: 0, labels: { repo }, durationMs })

test('a job goes to the agent that fits it best, and another to the one that is left', async () => {
  const { clock, server, ci } = aServer()
  await anAgent(ci, server, 'pool-any-agent-a')
  await anAgent(ci, server, 'pool-own-agent-b')
  until(clock, 1_000)
  const first = server.order(job('acme/app'))
  const second = server.order(job('acme/app'))
  until(clock, 2_000)
  expect(first?.agent?.name).toBe('pool-own-agent-b')
  expect(second?.agent?.name).toBe('pool-any-agent-a')
})

test('a job that came later is served first where the earlier one has no agent', async () => {
  const { clock, server, ci } = aServer()
  await anAgent(ci, server, 'pool-own-agent-b')
  const foreign = server.order(job('acme/other'))
  const own = server.order(job('acme/app'))
  until(clock, 2_000)
  expect([foreign?.agent?.name, own?.agent?.name]).toEqual([undefined, 'pool-own-agent-b'])
})

test('a job that no pool takes is not queued', () => {
  const { server } = aServer()
  expect(server.order({ atMs: 0, labels: { repo: 'acme/app', gpu: 'yes' }, durationMs: 1 })).toBeUndefined()
})

test('a cordoned agent gets nothing, and asks again within five seconds of being called back', async () => {
  const { clock, server, ci } = aServer()
  const id = await anAgent(ci, server, 'pool-any-agent-a')
  until(clock, 1_000)
  const [agent] = (await ci.readAgents(call)).agents
  await ci.setCordon(agent!, true, call)
  const waiting = server.order(job('acme/app'))
  until(clock, 62_000)
  expect(waiting?.agent).toBeUndefined()
  expect((await ci.readQueue(call)).pollingSlots).toBe(0)
  await ci.setCordon(agent!, false, call)
  until(clock, 67_100)
  expect(waiting?.agent?.id).toBe(id)
})

test('one that is cordoned with work finishes it, and takes no more', async () => {
  const { clock, server, ci } = aServer()
  await anAgent(ci, server, 'pool-any-agent-a')
  const first = server.order(job('acme/app', 10_000))
  const second = server.order(job('acme/app', 10_000))
  until(clock, 1_000)
  const [agent] = (await ci.readAgents(call)).agents
  await ci.setCordon(agent!, true, call)
  until(clock, 60_000)
  expect(first?.agent?.running).toBe(0)
  expect(second?.agent).toBeUndefined()
})

test('a record is not deleted while its agent works, nor may its machine go', async () => {
  const { clock, server, ci } = aServer()
  await anAgent(ci, server, 'pool-any-agent-a', 2)
  server.order(job('acme/app'))
  until(clock, 1_000)
  const [agent] = (await ci.readAgents(call)).agents
  expect(await ci.deleteAgent(agent!, call)).toBe('busy')
  expect(() => server.vanish('pool-any-agent-a')).toThrow('was ended while its agent worked')
  until(clock, 70_000)
  expect(await ci.deleteAgent(agent!, call)).toBe('deleted')
  expect(await ci.deleteAgent(agent!, call)).toBe('already-gone')
  expect((await ci.readQueue(call)).pollingSlots).toBe(0)
})

test('an agent that is up was in contact within ten seconds, and one that vanished was not', async () => {
  const { clock, server, ci } = aServer()
  await anAgent(ci, server, 'pool-any-agent-a')
  const contactAt = async () => (await ci.readAgents(call)).agents[0]!.lastContactAt! - START_AT
  until(clock, 9_000)
  expect(await contactAt()).toBe(0)
  until(clock, 35_000)
  expect(await contactAt()).toBe(30_000)
  server.vanish('pool-any-agent-a')
  until(clock, 95_000)
  expect(await contactAt()).toBe(30_000)
})

test('work is stamped at its beginning, and then at the extensions of its lease that are a minute apart', async () => {
  const { clock, server, ci } = aServer()
  await anAgent(ci, server, 'pool-any-agent-a')
  until(clock, 1_000)
  server.order(job('acme/app', 150_000))
  const stampAt = async () => (await ci.readAgents(call)).agents[0]!.lastWorkAt! - START_AT
  until(clock, 50_000)
  expect(await stampAt()).toBe(1_000)
  until(clock, 75_000)
  expect(await stampAt()).toBe(61_000)
  until(clock, 200_000)
  expect(await stampAt()).toBe(121_000)
})

test('a burst of jobs is one event, 300 ms after the first', async () => {
  const { clock, server, signals } = aServer()
  until(clock, 1_000)
  for (let at = 0; at < 5; at++) server.order(job('acme/app'))
  until(clock, 5_000)
  expect(signals).toEqual(['changed at 1300'])
})
