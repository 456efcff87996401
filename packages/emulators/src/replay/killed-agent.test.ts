import { expect, test } from 'vitest'
import { Refusal } from '../woodpecker/refusal.ts'
import { differences, momentOf, type RecordedLine, readRecording } from './recording.ts'
import { Stage } from './stage.ts'

const behaviour = readRecording('behaviour.json')

interface KilledRecording {
  readonly requeued_seconds_after_kill: number
  readonly delete_before_requeue: number
  readonly delete_after_requeue: number | null
  readonly pipeline_20s_after_second_agent: string
  readonly pipeline_after_server_restart: string
  readonly cancel: { readonly pipeline: string; readonly workflows: readonly string[] }
  readonly queue_info_after_delete?: { readonly json: { readonly pending: readonly object[] } }
  readonly server_log: readonly string[]
  readonly timeline: readonly RecordedLine[]
}

const timelines = [
  'kill9_5s_after_assignment',
  'kill9_30s_after_assignment',
  'kill9_victim_restarted',
  'kill9_agent_deleted',
  'kill9_queue_paused',
] as const

test.each(timelines)('an agent that is killed in the middle of a task loses it: %s', async (name) => {
  const recording: KilledRecording = behaviour[name]
  const { timeline } = recording
  const stage = new Stage()
  const { server } = stage
  const victim = stage.agent({ hostname: 'victim' })
  const pipeline = stage.pipeline({ workflows: [{ durationMs: 300_000 }] })
  await stage.until(() => pipeline.status === 'running')
  stage.zero(pipeline)

  const killedAtS = momentOf(timeline, 'killed with SIGKILL')
  await stage.to(killedAtS)
  victim.process.kill()
  if (name === 'kill9_victim_restarted') stage.process(victim.token, { hostname: 'victim' })
  if (name === 'kill9_queue_paused') {
    await stage.to(momentOf(timeline, 'queue paused'))
    server.pause()
  }
  await stage.wait(1)
  expect(statusOfDelete(stage, victim.id)).toBe(recording.delete_before_requeue)

  if (name === 'kill9_queue_paused') {
    const resumedAtS = momentOf(timeline, 'queue resumed')
    await stage.to(resumedAtS)
    expect(server.queue.running.size).toBe(1)
    server.resume()
  }
  const leftAtS = await stage.until(() => server.queue.running.size === 0)
  expect(Math.abs(leftAtS - killedAtS - recording.requeued_seconds_after_kill)).toBeLessThan(2)
  if (recording.delete_after_requeue !== null) {
    expect(statusOfDelete(stage, victim.id)).toBe(recording.delete_after_requeue)
    expect(server.info().pending[0]).toMatchObject({ id: '1', agent_id: 1, agent_name: '' })
  }

  await stage.to(momentOf(timeline, 'second agent started'))
  stage.agent({ hostname: 'second' })
  await stage.to(momentOf(timeline, '20 s later'))
  expect(pipeline.status).toBe(recording.pipeline_20s_after_second_agent)
  server.stop()
  await stage.to(momentOf(timeline, 'server restarted'))
  server.start()
  const canceledAtS = timeline.at(-1)![0]
  await stage.to(canceledAtS)
  expect(pipeline.status).toBe(recording.pipeline_after_server_restart)
  expect(server.pipelines.cancel(pipeline)).toBe(true)
  await stage.wait(2)

  expect(pipeline.status).toBe(recording.cancel.pipeline)
  expect(pipeline.workflows.map(({ state }) => state)).toEqual(recording.cancel.workflows)
  expect(differences(timeline, stage.sightings)).toEqual([])
  expect(server.log.lines).toEqual([
    'queue: resubmitting expired task 1',
    'pull queue item: 1: not found in backup, dropping stale task',
  ])
})

function statusOfDelete(stage: Stage, agentId: number): number {
  try {
    stage.server.records.delete(agentId)
    return 204
  } catch (error) {
    if (error instanceof Refusal) return error.status
    throw error
  }
}
