import { expect, test } from 'vitest'
import { Stage } from '../replay/stage.ts'
import { Database } from './database.ts'
import { EmulatedWoodpecker } from './emulated-woodpecker.ts'

test('a poll between the eviction and the write of a PATCH stays, and takes a task; a second PATCH ends it', async () => {
  const stage = new Stage()
  const { queue, records } = stage.server
  const { id, token } = records.create({ name: 'a', no_schedule: false }, 1)
  const polled: unknown[] = []
  records.betweenEvictionAndWrite = () => {
    records.betweenEvictionAndWrite = undefined
    const { signal } = new AbortController()
    for (let i = 0; i < 2; i++) {
      const poll = stage.server.link(token).next({ repo: '*' }, signal)
      poll.then(
        (job) => polled.push(job?.taskId),
        () => polled.push('sent away'),
      )
    }
  }
  expect(await records.patch(id, { name: 'a', no_schedule: true })).toMatchObject({ no_schedule: true })
  stage.pipeline()
  await stage.wait(1)
  expect(polled).toEqual(['1'])
  expect(queue.pollers.count).toBe(1)
  await records.patch(id, { name: 'a', no_schedule: true })
  await stage.wait(1)
  expect(polled).toEqual(['1', 'sent away'])
})

test('a poller that an eviction overlooked is sent away by the next', async () => {
  const stage = new Stage()
  const { queue, records } = stage.server
  const { id } = stage.agent({ maxWorkflows: 2 })
  await stage.wait(1)
  records.spareNextEviction(id)
  await records.patch(id, { name: 'a', no_schedule: true })
  await stage.wait(60)
  expect(queue.pollers.count).toBe(1)
  await records.patch(id, { name: 'a', no_schedule: true })
  expect(queue.pollers.count).toBe(0)
})

test('a heartbeat can undo a PATCH, once', async () => {
  const stage = new Stage()
  const { calls, records } = stage.server
  const { id } = stage.agent()
  await stage.wait(1)
  calls.revertAtNextHeartbeat(id)
  await records.patch(id, { name: 'renamed', no_schedule: true })
  expect(records.get(id)).toMatchObject({ name: 'renamed', no_schedule: true })
  await stage.wait(10)
  expect(records.get(id)).toMatchObject({ name: 'a', no_schedule: false })
  await records.patch(id, { name: 'renamed', no_schedule: true })
  await stage.wait(60)
  expect(records.get(id)).toMatchObject({ name: 'renamed', no_schedule: true })
})

test('dependents run after what they wait for, and are skipped if it failed', async () => {
  const stage = new Stage()
  stage.agent()
  const pipeline = stage.pipeline({
    workflows: [
      { name: 'build', outcome: 'failure' },
      { name: 'test', dependsOn: ['build'] },
      { name: 'tidy', dependsOn: ['build'], runOn: ['failure'] },
    ],
  })
  await stage.wait(1)
  expect(stage.server.info().stats).toMatchObject({ running_count: 1, waiting_on_deps_count: 2 })
  await stage.wait(10)
  expect(pipeline.workflows.map(({ state }) => state)).toEqual(['failure', 'skipped', 'success'])
  expect(pipeline.status).toBe('failure')
})

test('no more tasks of a concurrency group run than its limit, whatever is free', async () => {
  const stage = new Stage()
  stage.agent({ maxWorkflows: 5 })
  const concurrency = { group: 'deploy', limit: 2 }
  for (let i = 0; i < 4; i++) stage.pipeline({ workflows: [{ concurrency, durationMs: 5000 }] })
  await stage.wait(1)
  expect(stage.server.info().stats).toMatchObject({ running_count: 2, pending_count: 2, worker_count: 3 })
  await stage.wait(10)
  expect(stage.server.info().stats).toMatchObject({ running_count: 0, pending_count: 0, worker_count: 5 })
})

test('a server made from the dump of another goes on where that one left', async () => {
  const stage = new Stage()
  const { token } = stage.agent()
  const running = stage.pipeline({ workflows: [{ durationMs: 60_000 }] })
  stage.pipeline({ workflows: [{}, {}] })
  await stage.wait(1)
  stage.server.stop()
  const dump = JSON.parse(JSON.stringify(stage.server.database.dump()))
  const { clock, random } = stage
  const next = new EmulatedWoodpecker({ clock, random, database: dump })
  expect(next.info().stats).toMatchObject({ pending_count: 2, running_count: 0 })
  expect(next.database.pipelines.get(running.id)!.workflows[0]).toMatchObject({
    state: 'running',
    agentId: 1,
  })
  expect(next.records.list().map((row) => row.token)).toEqual([token])
  expect(next.createPipeline({ repo: 'acme/app1', workflows: [{}] })).toMatchObject({ id: 3, number: 3 })
  expect(new Database(dump).dump()).toEqual(dump)
})

test('every change of the database is told before the call is answered', async () => {
  const stage = new Stage()
  const { clock, random } = stage
  let written = 0
  const server = new EmulatedWoodpecker({
    clock,
    random,
    onChange: (database) => {
      written = database.agents.size
    },
  })
  const { id } = server.records.create({ name: 'a', no_schedule: false }, 1)
  expect(written).toBe(1)
  server.records.delete(id)
  expect(written).toBe(0)
})
