import { expect, test } from 'vitest'
import type { AgentLink } from '../agent/agent-link.ts'
import { differences, momentOf, readRecording } from './recording.ts'
import { Stage } from './stage.ts'

const behaviour = readRecording('behaviour.json')

test('SIGTERM cancels what an agent runs; its record stays', async () => {
  const recording = behaviour.sigterm
  const stage = new Stage()
  const busy = stage.agent({ hostname: 'a' })
  const pipeline = stage.pipeline({ workflows: [{ durationMs: 60_000 }] })
  await stage.until(() => pipeline.status === 'running')
  stage.zero(pipeline)
  const ended = busy.process.terminate()
  await stage.wait(3)
  await ended
  expect(differences(recording.timeline, stage.sightings)).toEqual([])
  expect([pipeline.status, pipeline.workflows[0]!.state]).toEqual([
    recording.pipeline,
    recording.workflows[0],
  ])
  const idle = stage.agent({ hostname: 'b' })
  await stage.wait(1)
  expect(stage.server.queue.pollers.count).toBe(1)
  void idle.process.terminate()
  expect(stage.server.queue.pollers.count).toBe(0)
  await stage.wait(recording.idle_agent.exits_after_seconds + 0.1)
  expect(idle.process.alive).toBe(false)
  expect(stage.server.records.list()).toHaveLength(recording.agent_row_remains)
})

test('a cordoned agent ends its task and takes no other until it is uncordoned', async () => {
  const recording = behaviour.drain_with_no_schedule
  const stage = new Stage()
  const { server } = stage
  const { id, process } = stage.agent({ maxWorkflows: 2 })
  const first = stage.pipeline({ workflows: [{ durationMs: 3000 }] })
  await stage.until(() => first.status === 'running')
  await stage.wait(3 - 2.55)
  stage.zero(first)
  await server.records.patch(id, { name: 'a', no_schedule: true })
  stage.look()
  await stage.to(0.03)
  const second = stage.pipeline({ workflows: [{ durationMs: 500 }] })
  await stage.to(4.56)
  expect([first.status, second.status]).toEqual(['success', 'pending'])
  await server.records.patch(id, { name: 'a', no_schedule: false })
  const takenAtS = await stage.until(() => second.status === 'running')
  expect(Math.abs(takenAtS - 4.56 - recording.picked_up_after_reenabling_seconds)).toBeLessThan(2)
  await stage.to(momentOf(recording.timeline, 'idle agent deleted'))
  expect(second.status).toBe('success')
  server.records.delete(id)
  await stage.wait(recording.observed_for_seconds)
  expect(process.alive).toBe(true)
  expect(differences(recording.timeline, stage.sightings)).toEqual([])
})

test('an agent whose record was deleted asks in vain for ever', async () => {
  const recording = behaviour.delete_idle_agent
  const stage = new Stage()
  const { server } = stage
  const { id, token } = server.records.create({ name: 'a', no_schedule: false }, 1)
  const refused: string[] = []
  const process = stage.process(token, {}, noting(server.link(token), refused))
  await stage.wait(1)
  expect(server.queue.pollers.count).toBe(1)
  server.records.delete(id)
  expect(server.queue.pollers.count).toBe(0)
  const pipeline = stage.pipeline()
  await stage.wait(recording.observed_for_seconds)
  expect(process.alive).toBe(true)
  expect(pipeline.status).toBe(recording.pipeline_pushed_after)
  // As in the log of the real one: two polls refused for each heartbeat refused.
  const polls = refused.filter((name) => name === 'next').length
  const heartbeats = refused.filter((name) => name === 'reportHealth').length
  expect(polls / heartbeats).toBeCloseTo(2, 0)
})

test('a frozen agent is given a task, loses it, and runs it all the same when it goes on', async () => {
  const recording = behaviour.frozen_agent
  const { timeline } = recording
  const stage = new Stage()
  const frozen = stage.agent({ hostname: 'frozen' })
  await stage.wait(2)
  stage.zero()
  frozen.process.freeze()
  await stage.to(momentOf(timeline, 'pipeline pushed') - 0.02)
  const pipeline = stage.pipeline({ workflows: [{ durationMs: 500 }] })
  stage.watch(pipeline)
  await stage.to(momentOf(timeline, 'a healthy agent starts'))
  stage.agent({ hostname: 'healthy' })
  await stage.to(momentOf(timeline, 'SIGCONT'))
  expect(pipeline.status).toBe(recording.pipeline_10s_later)
  frozen.process.thaw()
  await stage.wait(3)
  expect(pipeline.status).toBe(recording.pipeline_after_sigcont)
  expect(differences(timeline, stage.sightings)).toEqual([])
})

/** Notes the names of refused calls. */
function noting(link: AgentLink, refused: string[]): AgentLink {
  const note = (name: string) => (error: unknown) => {
    refused.push(name)
    throw error
  }
  return {
    ...link,
    next: (labels, signal) => link.next(labels, signal).catch(note('next')),
    reportHealth: (signal) => link.reportHealth(signal).catch(note('reportHealth')),
  }
}
