import { expect, test } from 'vitest'
import { readRecording } from './recording.ts'
import { Stage } from './stage.ts'

const timings = readRecording('timings.json')

test('a pipeline is in the queue some milliseconds after its frames', async () => {
  const { sse, create_via_api } = timings
  const stage = new Stage()
  const { server } = stage
  const samples = {
    created: [] as number[],
    pending: [] as number[],
    gap: [] as number[],
    visible: [] as number[],
  }
  for (let i = 0; i < 20; i++) {
    const frames: { status: string; atMs: number; queued: number }[] = []
    const stop = server.events.listen(
      undefined,
      [],
      (_repo, { status }) =>
        frames.push({ status, atMs: stage.nowS * 1000, queued: server.queue.pending.length }),
      () => {},
    )
    stage.zero()
    stage.pipeline()
    const visibleMs = 1000 * (await soon(stage, () => server.queue.pending.length > 0))
    stop()
    const [created, pending] = frames
    expect([created!.status, pending!.status]).toEqual(['created', 'pending'])
    expect(pending!.queued).toBe(0)
    samples.created.push(created!.atMs)
    samples.pending.push(pending!.atMs)
    samples.gap.push(visibleMs - pending!.atMs)
    samples.visible.push(visibleMs)
    server.pipelines.cancel([...server.database.pipelines.values()].at(-1)!)
  }
  expect(median(samples.created)).toBeCloseTo(sse.request_start_to_created_frame_ms.p50, -1)
  expect(median(samples.pending)).toBeCloseTo(sse.request_start_to_pending_frame_ms.p50, -1)
  expect(median(samples.gap)).toBeCloseTo(sse.pending_frame_to_queue_entry_ms.p50, -1)
  expect(median(samples.visible)).toBeCloseTo(create_via_api.request_start_to_visible_ms.p50, -1)
})

test('an idle agent takes a task at the next pass, ten a second with one slot', async () => {
  const { pending_to_running_ms, throughput_one_slot_tasks_per_second } = timings.idle_agent
  const stage = new Stage()
  const { queue } = stage.server
  stage.agent()
  const waits: number[] = []
  for (let i = 0; i < 30; i++) {
    await stage.wait(2 + stage.random())
    stage.pipeline({ workflows: [{ durationMs: 50 }] })
    const pendingS = await soon(stage, () => queue.pending.length > 0)
    waits.push(((await soon(stage, () => queue.running.size > 0)) - pendingS) * 1000)
  }
  expect(Math.abs(median(waits) - pending_to_running_ms.p50)).toBeLessThan(40)
  expect(Math.max(...waits)).toBeLessThan(pending_to_running_ms.max)
  const last = stage.pipeline({ workflows: Array.from({ length: 95 }, () => ({ durationMs: 0 })) })
  stage.zero()
  const perSecond = 95 / (await stage.until(() => last.status === 'success'))
  expect(Math.abs(perSecond - throughput_one_slot_tasks_per_second)).toBeLessThan(1)
})

test('an agent that starts cold is at work within a quarter of a second', async () => {
  const recording = timings.cold_agent_spawn_to
  const stage = new Stage()
  const samples = { contact: [] as number[], running: [] as number[], started: [] as number[] }
  for (let i = 0; i < 12; i++) {
    await stage.wait(1 + stage.random())
    const pipeline = stage.pipeline({ workflows: [{ durationMs: 10 }] })
    await stage.wait(1)
    stage.zero()
    const { id, process } = stage.agent()
    const { queue, records } = stage.server
    samples.contact.push(1000 * (await soon(stage, () => records.get(id).last_contact > 0)))
    samples.running.push(1000 * (await soon(stage, () => queue.running.size > 0)))
    samples.started.push(1000 * (await soon(stage, () => pipeline.status === 'running')))
    await stage.until(() => pipeline.status === 'success')
    await stage.wait(0.1)
    process.kill()
    records.delete(id)
  }
  for (const name of ['contact', 'running', 'started'] as const) {
    expect(Math.abs(median(samples[name]) - recording[name].p50)).toBeLessThan(60)
  }
})

test('a cordon is felt at once, its end after five seconds', async () => {
  const { set_to_no_workers_ms, unset_to_all_workers_ms } = timings.no_schedule
  const stage = new Stage()
  const { queue, records } = stage.server
  const { id } = stage.agent({ maxWorkflows: 8 })
  await stage.wait(1)
  stage.zero()
  await records.patch(id, { name: 'a', no_schedule: true })
  expect((await soon(stage, () => queue.pollers.count === 0)) * 1000).toBeLessThan(set_to_no_workers_ms.max)
  await stage.wait(0.37)
  await records.patch(id, { name: 'a', no_schedule: false })
  const patchedS = stage.nowS
  const backMs = 1000 * ((await stage.until(() => queue.pollers.count === 8)) - patchedS)
  expect(Math.abs(backMs - unset_to_all_workers_ms.p50)).toBeLessThan(200)
})

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

/** To the millisecond. */
async function soon(stage: Stage, isSo: () => boolean): Promise<number> {
  while (!isSo()) await stage.wait(0.001)
  return stage.nowS
}
