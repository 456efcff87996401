import { expect, test } from 'vitest'
import { differences, momentOf, readRecording } from './recording.ts'
import { Stage } from './stage.ts'

const behaviour = readRecording('behaviour.json')

test('a restart forgets what runs and the pause; the job that ran meanwhile is reported late', async () => {
  const recording = behaviour.server_restart
  // How late is chance (a back-off of up to 15 s): this seed's is about the recorded one.
  const stage = new Stage({}, 12)
  const { server } = stage
  stage.agent({ retryTimeoutMs: 0 })
  const pipelines = [stage.pipeline({ workflows: [{ durationMs: 8000 }] })]
  for (let i = 0; i < 3; i++) pipelines.push(stage.pipeline({ workflows: [{ durationMs: 500 }] }))
  const workflows = [
    { name: 'build', durationMs: 500 },
    { name: 'test', durationMs: 500, dependsOn: ['build'] },
  ]
  pipelines.push(stage.pipeline({ workflows }))
  await stage.until(() => pipelines[0]!.status === 'running')
  server.pause()
  await stage.wait(1)
  expect(stats(stage)).toEqual(recording.before)
  const stopped = server.stopGracefully()
  await stage.wait(recording.stop_seconds)
  await stopped
  server.start()
  expect(stats(stage)).toEqual(recording.after)
  stage.zero(pipelines[0])
  await stage.to(20)
  expect(differences(recording.timeline, stage.sightings)).toEqual([])
  expect(pipelines.filter(({ status }) => status === 'success')).toHaveLength(recording.pipelines.success)
})

test('after a restart the guard of DELETE is blind, and the work is lost', async () => {
  const recording = behaviour.server_restart_hides_work
  const { timeline } = recording
  const stage = new Stage()
  const { server } = stage
  const { id, process } = stage.agent()
  const pipeline = stage.pipeline({ workflows: [{ durationMs: 60_000 }] })
  await stage.until(() => pipeline.status === 'running')
  await stage.wait(2)
  server.restart()
  stage.zero(pipeline)
  const restartedAt = Math.floor(stage.clock.now() / 1000)
  const contactS = await stage.until(() => server.records.get(id).last_contact > restartedAt)
  expect(Math.abs(contactS - momentOf(timeline, 'back in contact'))).toBeLessThan(2)
  await stage.to(momentOf(timeline, 'DELETE of the busy agent'))
  expect(process.running).toBe(recording.step_processes_at_that_time)
  server.records.delete(id)
  await stage.wait(90)
  expect(pipeline.status).toBe(recording.pipeline_90s_later)
  expect(pipeline.workflows.map(({ state }) => state)).toEqual(recording.workflows)
  expect(differences(timeline, stage.sightings)).toEqual([])
})

test('a polite stop takes half a minute with an agent, and no time without', async () => {
  const recording = behaviour.server_stop
  const stage = new Stage()
  const { server } = stage
  stage.agent()
  await stage.wait(1)
  stage.zero()
  let gone = false
  const stopped = server.stopGracefully().then(() => {
    gone = true
  })
  const downS = await stage.until(() => gone)
  await stopped
  expect(Math.abs(downS - recording.sigterm_with_an_idle_agent.seconds)).toBeLessThan(0.5)
  server.start()
  stage.zero()
  const againS = await stage.until(() => server.queue.pollers.count > 0)
  expect(Math.abs(againS - recording.agent_polls_again_after_seconds)).toBeLessThan(2)
  const alone = new Stage()
  await alone.server.stopGracefully()
  expect(alone.server.up).toBe(false)
})

function stats(stage: Stage): object {
  const { stats, paused } = stage.server.info()
  return { ...stats, paused }
}
