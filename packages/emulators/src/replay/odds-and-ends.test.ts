import { expect, test } from 'vitest'
import { Refusal } from '../woodpecker/refusal.ts'
import { readRecording } from './recording.ts'
import { Stage } from './stage.ts'

const { misc } = readRecording('behaviour.json')

test('an agent of an organisation takes the work of no other', async () => {
  const stage = new Stage()
  const own = stage.server.createRepo({ name: 'acme/app1' })
  stage.agent({ orgId: own.orgId })
  const inside = stage.pipeline({ repo: 'acme/app1' })
  const outside = stage.pipeline({ repo: 'globex/app1' })
  await stage.wait(10)
  expect({ [inside.status]: 1 }).toEqual(misc.org_agent.own_org)
  expect(outside.status).toBe('pending')
})

test('an agent for a single workflow exits after it, and its record stays', async () => {
  const stage = new Stage()
  const { id, process } = stage.agent({ singleWorkflow: true, maxWorkflows: 4 })
  await stage.wait(1)
  expect(stage.server.records.get(id).capacity).toBe(1)
  const pipeline = stage.pipeline()
  await stage.until(() => pipeline.status === 'success')
  await stage.wait(misc.single_workflow_agent.exits_after_seconds + 0.1)
  expect(await process.exited).toBe('one-workflow-done')
  expect(stage.server.records.list()).toHaveLength(1)
  const cordoned = stage.server.records.create({ name: 'b', no_schedule: true }, 1)
  const second = stage.process(cordoned.token, { singleWorkflow: true })
  await stage.wait(1)
  expect(second.alive).toBe(false)
})

test('two processes with one token share a record', async () => {
  const stage = new Stage()
  const { token } = stage.agent()
  stage.process(token)
  await stage.wait(1)
  const [row, ...others] = stage.server.records.list()
  expect({
    worker_count: stage.server.queue.pollers.count,
    rows: 1 + others.length,
    capacity_shown: row!.capacity,
  }).toEqual(misc.one_token_two_processes)
})

test('an agent with the shared secret makes its record, and without a config file takes it along', async () => {
  const stage = new Stage()
  const { agentSecret } = stage.server.settings
  const withFile = stage.process(agentSecret, { hostname: 'sys-file' })
  const without = stage.process(agentSecret, { hostname: 'sys-none', forgetful: true })
  await stage.wait(1)
  const { rows_while_running, rows_after_sigterm } = misc.shared_secret_agents
  expect(stage.server.records.list()).toHaveLength(rows_while_running)
  void withFile.terminate()
  void without.terminate()
  await stage.wait(1)
  expect(stage.server.records.list().map(({ name }) => name)).toEqual(rows_after_sigterm)
})

test('a killed idle agent leaves no ghost; a machine that vanishes does, until it is cordoned or deleted', async () => {
  const stage = new Stage()
  const { queue, records } = stage.server
  const killed = stage.agent()
  const vanished = [stage.agent({ maxWorkflows: 3 }), stage.agent()]
  await stage.wait(1)
  killed.process.kill()
  expect(queue.pollers.count).toBe(4)
  expect(records.get(killed.id).id).toBe(killed.id)
  for (const { process } of vanished) process.vanish()
  await stage.wait(300)
  expect(queue.pollers.count).toBe(4)
  await records.patch(vanished[0]!.id, { name: '', no_schedule: true })
  expect(queue.pollers.count).toBe(1)
  records.delete(vanished[1]!.id)
  expect(queue.pollers.count).toBe(0)
})

test('a ghost is given a task, which is lost', async () => {
  const stage = new Stage()
  const { process } = stage.agent()
  await stage.wait(1)
  process.vanish()
  const pipeline = stage.pipeline()
  await stage.wait(61)
  stage.agent({ hostname: 'healthy' })
  await stage.wait(60)
  expect(pipeline.status).toBe('pending')
  expect(stage.server.info().stats).toMatchObject({ worker_count: 1, pending_count: 0, running_count: 0 })
})

test.each(['cancel_pending', 'cancel_running'] as const)('%s', async (name) => {
  const stage = new Stage()
  const { queue, pipelines } = stage.server
  stage.agent({ hostname: 'x', labels: name === 'cancel_pending' ? { '!never': 'so' } : {} })
  await stage.wait(1)
  const pipeline = stage.pipeline({ workflows: [{ durationMs: 60_000 }] })
  await stage.wait(1)
  pipelines.cancel(pipeline)
  stage.zero()
  const clearedS = await stage.until(() => queue.pending.length + queue.running.size === 0)
  const freeS = await stage.until(() => queue.pollers.count === 1)
  expect(Math.abs(clearedS - misc[name].queue_cleared_after_seconds)).toBeLessThan(0.1)
  expect(Math.abs(freeS - misc[name].worker_free_after_seconds)).toBeLessThan(0.1)
  expect(pipeline.status).toBe(misc[name].status)
})

test('a second push to a branch cancels the first', async () => {
  const stage = new Stage()
  const push = { event: 'push', branch: 'main' } as const
  const first = stage.pipeline(push)
  await stage.wait(1)
  const second = stage.pipeline(push)
  await stage.wait(1)
  expect({
    first: first.status,
    second: second.status,
    pending: stage.server.info().stats.pending_count,
  }).toEqual(misc.second_push_to_a_branch)
})

test('the queue cannot be read once the repository of a task is gone, until an agent asks for work', async () => {
  const recording = misc.repo_deleted_with_pending_task
  const stage = new Stage()
  const { server } = stage
  const earlier = stage.agent()
  const six = stage.pipeline({ workflows: Array.from({ length: 6 }, () => ({ durationMs: 10 })) })
  await stage.until(() => six.status === 'success')
  earlier.process.kill()
  stage.pipeline()
  await stage.wait(1)
  server.removeRepo('acme/app1')
  await stage.wait(100)
  expect(() => server.info()).toThrow(new Refusal(500, recording.queue_info.text))
  stage.zero()
  stage.agent()
  const healedS = await stage.until(() => canBeRead(stage))
  expect(Math.abs(healedS - recording.healed_by_an_agent_after_seconds)).toBeLessThan(2)
  expect(server.log.lines).toContain('pull queue item: 7: workflow missing, dropping stale task')
})

function canBeRead(stage: Stage): boolean {
  try {
    stage.server.info()
    return true
  } catch {
    return false
  }
}
