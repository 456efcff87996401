import { describe, expect, it } from 'vitest'
import type { ServerSignal } from '../ports/ci-server.ts'
import { Transient } from '../ports/errors.ts'
import { FakeCiServer } from './fake-ci-server.ts'
import type { FakeServerOptions } from './fake-server-control.ts'
import { ManualClock } from './manual-clock.ts'

const call = { signal: new AbortController().signal }
const MINUTE_MS = 60_000

function aServer(options: Omit<FakeServerOptions, 'clock'> = {}) {
  const clock = new ManualClock()
  return { clock, server: new FakeCiServer({ clock, ...options }) }
}

async function withAgent(options: Omit<FakeServerOptions, 'clock'> = {}, slots = 1) {
  const { clock, server } = aServer(options)
  const { agent } = await create(server, slots)
  const process = server.connect(agent.name)
  return {
    clock,
    server,
    process,
    id: agent.id,
    read: async () => (await server.inspectAgent(agent.id, call))!,
  }
}

function create(server: FakeCiServer, slots = 1) {
  const name = 'pool-1-agent-aaaaaa'
  return server.createAgent(
    { name, slots, labels: {}, backend: 'docker', image: undefined, environment: {} },
    call,
  )
}

describe('agents of the fake server', () => {
  it('are unregistered until their process connects', async () => {
    const { server } = aServer()
    const { agent } = await create(server, 2)
    expect(agent).toMatchObject({ lastContactAt: undefined, labels: undefined, capacity: 0 })
    server.connect(agent.name)
    expect(server.agents[0]).toMatchObject({ capacity: 2, labels: { platform: 'linux/amd64' } })
  })

  it('are answered again when made under a name that is there', async () => {
    const { server } = aServer()
    server.loseAnswer('createAgent')
    await expect(create(server)).rejects.toBeInstanceOf(Transient)
    await create(server)
    expect(server.agents).toHaveLength(1)
  })

  it('are in contact every ten seconds by the server’s clock, until they fall silent', async () => {
    const { clock, process, read } = await withAgent({ skewMs: 90_000 })
    await clock.advance(25_000)
    expect((await read()).serverNowAt).toBe(clock.now() + 90_000)
    expect((await read()).agent.lastContactAt).toBe(clock.now() + 90_000 - 5_000)
    process.silence()
    await clock.advance(25_000)
    expect((await read()).agent.lastContactAt).toBe(clock.now() + 90_000 - 30_000)
  })

  it('get tasks by their labels, as many as they have slots', async () => {
    const { clock, server } = await withAgent({}, 2)
    server.addTask({ labels: { gpu: 'yes' } })
    server.addTasks(3)
    await clock.advance(1_000)
    expect(server.tasks.map(({ queue }) => queue)).toEqual(['pending', 'running', 'running', 'pending'])
    server.finish('task-2')
    await clock.advance(1_000)
    expect(server.task('task-4').queue).toBe('running')
  })

  it('leave a sign of work once a minute, the last up to a minute old', async () => {
    const { clock, server, read } = await withAgent()
    const startedAt = clock.now()
    server.addTask({ durationMs: 119_000 })
    await clock.advance(3 * MINUTE_MS)
    expect(server.task('task-1').fate).toBe('done')
    expect((await read()).agent.lastWorkAt).toBe(startedAt + MINUTE_MS + 10_000)
  })

  it('that are killed lose their task: it waits again after its lease, and the next one drops it', async () => {
    const { clock, server, process, id } = await withAgent()
    server.addTask({ durationMs: MINUTE_MS })
    await clock.advance(1_000)
    process.kill()
    await clock.advance(MINUTE_MS)
    expect((await server.readQueue(call)).tasks).toMatchObject([{ state: 'pending', agentId: id }])
    server.addForeignAgent('another', { labels: { repo: '*' } })
    await clock.advance(1_000)
    expect((await server.readQueue(call)).tasks).toEqual([])
    expect(server.task('task-1')).toMatchObject({ fate: 'lost', row: 'running' })
  })
})

describe('a cordon at the fake server', () => {
  it('keeps new work away, and lets what runs go on', async () => {
    const { clock, server, read } = await withAgent({}, 2)
    server.addTask({ durationMs: 5_000 })
    await clock.advance(1_000)
    await server.setCordon((await read()).agent, true, call)
    server.addTask()
    await clock.advance(20_000)
    expect(server.tasks).toMatchObject([{ fate: 'done' }, { queue: 'pending' }])
    await server.setCordon((await read()).agent, false, call)
    await clock.advance(4_000)
    expect(server.task('task-2').queue).toBe('pending')
    await clock.advance(1_500)
    expect(server.task('task-2').queue).toBe('running')
  })

  it('can miss a poller, which a second one reaches', async () => {
    for (const again of [false, true]) {
      const { clock, server, read } = await withAgent()
      server.letPollerSlip('pool-1-agent-aaaaaa')
      await server.setCordon((await read()).agent, true, call)
      if (again) await server.setCordon((await read()).agent, true, call)
      server.addTask()
      await clock.advance(1_000)
      expect(server.task('task-1').queue).toBe(again ? 'pending' : 'running')
    }
  })

  it('can be undone by a heartbeat', async () => {
    const { clock, server, read } = await withAgent()
    server.revertNextCordon(5_000)
    await server.setCordon((await read()).agent, true, call)
    expect((await read()).agent.cordoned).toBe(true)
    await clock.advance(5_000)
    expect((await read()).agent.cordoned).toBe(false)
  })
})

describe('deletion at the fake server', () => {
  it('is refused while the queue knows of work, and then done once', async () => {
    const { clock, server, read } = await withAgent()
    server.addTask({ durationMs: 5_000 })
    await clock.advance(1_000)
    const { agent, busy } = await read()
    expect(busy).toBe(true)
    expect(await server.deleteAgent(agent, call)).toBe('busy')
    await clock.advance(10_000)
    expect(await server.deleteAgent(agent, call)).toBe('deleted')
    expect(await server.deleteAgent(agent, call)).toBe('already-gone')
  })

  it('is blind after a restart: it loses the work', async () => {
    const { clock, server, read } = await withAgent()
    server.addTask({ durationMs: MINUTE_MS })
    await clock.advance(1_000)
    server.restart()
    await clock.advance(10_000)
    expect((await read()).busy).toBe(false)
    expect(await server.deleteAgent((await read()).agent, call)).toBe('deleted')
    await clock.advance(2 * MINUTE_MS)
    expect(server.task('task-1').fate).toBe('lost')
  })
})

describe('a restart of the fake server', () => {
  it('makes the queue forget what runs, and the database not', async () => {
    const { clock, server, id } = await withAgent()
    server.addTasks(2, { durationMs: MINUTE_MS })
    await clock.advance(1_000)
    server.restart()
    expect((await server.readQueue(call)).tasks).toMatchObject([{ id: 'task-2', state: 'pending' }])
    expect(await server.readWork([], call)).toEqual({
      workingAgentIds: new Set([id]),
      runningTaskIds: new Set(['task-1']),
    })
    await clock.advance(2 * MINUTE_MS + 20_000)
    expect(server.tasks).toMatchObject([{ fate: 'done' }, { fate: 'done' }])
  })

  it('lets agents report late what they finished meanwhile', async () => {
    const { clock, server } = await withAgent()
    server.addTask({ durationMs: 10_000 })
    await clock.advance(1_000)
    server.restart({ awayMs: 30_000, reconnectMs: 14_000 })
    await clock.advance(20_000)
    await expect(server.readAgents(call)).rejects.toBeInstanceOf(Transient)
    await clock.advance(20_000)
    expect(server.task('task-1').fate).toBe('open')
    await clock.advance(5_000)
    expect(server.task('task-1').fate).toBe('done')
  })

  it('is signalled to those who listen, as every change is', async () => {
    const { clock, server } = aServer()
    const heard: ServerSignal[] = []
    const listening = new AbortController()
    server.listen((signal) => heard.push(signal), listening.signal)
    server.addTask()
    server.restart({ awayMs: 1_000 })
    await clock.advance(1_000)
    listening.abort()
    server.addTask()
    expect(heard).toEqual(['connected', 'changed', 'broken', 'connected'])
  })
})

describe('the queue of the fake server', () => {
  it('gives out nothing while paused', async () => {
    const { clock, server } = await withAgent()
    server.pause()
    server.addTask()
    await clock.advance(20_000)
    expect(await server.readQueue(call)).toMatchObject({ paused: true, tasks: [{ state: 'pending' }] })
    server.resume()
    await clock.advance(1_000)
    expect(server.task('task-1').queue).toBe('running')
  })

  it('holds tasks back for their dependencies and for their group', async () => {
    const { clock, server } = await withAgent({}, 4)
    server.addTask({ durationMs: 5_000 })
    server.addTask({ dependencies: ['task-1'] })
    server.addTasks(2, { concurrency: { group: 'deploy', limit: 1 } })
    await clock.advance(1_000)
    expect(server.tasks.map(({ queue }) => queue)).toEqual(['running', 'waiting', 'running', 'pending'])
    await clock.advance(5_000)
    expect(server.task('task-2').queue).toBe('running')
  })

  it('heals, once broken, when an agent asks for work', async () => {
    const { clock, server } = aServer()
    server.breakQueue()
    await clock.advance(MINUTE_MS)
    await expect(server.readQueue(call)).rejects.toMatchObject({ kind: 'queue-needs-agent' })
    server.addForeignAgent('another')
    await clock.advance(1_000)
    expect((await server.readQueue(call)).pollingSlots).toBe(1)
  })
})
