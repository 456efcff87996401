import { expect, test } from 'vitest'
import { Stage } from '../replay/stage.ts'

test('jobs outlast an absence of the server of 30 s when agents retry for ever', async () => {
  const stage = new Stage()
  const { server } = stage
  for (let i = 0; i < 10; i++) stage.agent({ hostname: `agent-${i}`, retryTimeoutMs: 0 })
  await stage.wait(1)
  const jobs = Array.from({ length: 10 }, (_, i) => ({ durationMs: 5000 + i * 5000 }))
  const pipeline = stage.pipeline({ workflows: jobs })
  await stage.wait(4)
  server.stop()
  await stage.wait(30)
  server.start()
  stage.zero()
  const ended = await stage.until(() => pipeline.status === 'success', 60)
  // Those that ended meanwhile were reported after a back-off.
  expect(ended).toBeGreaterThan(5)
})

test('an agent with the default gives up a job of 150 s after a short absence; one that retries for ever does not', async () => {
  for (const [retryTimeoutMs, state] of [
    [120_000, 'killed'],
    [0, 'success'],
  ] as const) {
    const stage = new Stage()
    const { server } = stage
    stage.agent({ retryTimeoutMs })
    const pipeline = stage.pipeline({ workflows: [{ durationMs: 150_000 }] })
    await stage.wait(130)
    server.stop()
    await stage.wait(5)
    server.start()
    await stage.wait(60)
    expect(pipeline.workflows[0]!.state).toBe(state)
  }
})

test('a job survives a restart of the server under it', async () => {
  const stage = new Stage()
  stage.agent()
  const pipeline = stage.pipeline({ workflows: [{ durationMs: 75_000 }] })
  await stage.wait(30)
  stage.server.restart()
  await stage.wait(30)
  expect(stage.server.info().stats.running_count).toBe(0)
  await stage.wait(60)
  expect(pipeline.status).toBe('success')
})

test('a lease is extended for as long as the agent works', async () => {
  const stage = new Stage()
  stage.agent()
  const pipeline = stage.pipeline({ workflows: [{ durationMs: 600_000 }] })
  await stage.wait(500)
  expect(stage.server.info().stats).toMatchObject({ running_count: 1, pending_count: 0 })
  await stage.wait(110)
  expect(pipeline.status).toBe('success')
  expect(stage.server.log.lines).toEqual([])
})

test('a deaf agent is in contact and takes nothing', async () => {
  const stage = new Stage()
  const { id } = stage.agent({ deaf: true })
  await stage.wait(1)
  const contactAt = stage.server.records.get(id).last_contact
  const pipeline = stage.pipeline()
  await stage.wait(60)
  expect(pipeline.status).toBe('pending')
  expect(stage.server.records.get(id).last_contact).toBe(contactAt + 60)
})

test('an agent that starts while the server is away registers when it comes', async () => {
  const stage = new Stage()
  stage.server.stop()
  const { token } = stage.server.records.create({ name: 'a', no_schedule: false }, 1)
  stage.process(token)
  await stage.wait(60)
  stage.server.start()
  await stage.wait(15)
  expect(stage.server.queue.pollers.count).toBe(1)
})
