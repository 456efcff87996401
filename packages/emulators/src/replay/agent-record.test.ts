import { expect, test } from 'vitest'
import { readRecording } from './recording.ts'
import { Stage } from './stage.ts'

const behaviour = readRecording('behaviour.json')

const lostUpdates = [
  ['slow_forge_last_work_recent', 4000, 'recent'],
  ['slow_forge_last_work_old', 4000, 'old'],
  ['fast_forge_last_work_old', 10, 'old'],
] as const

test.each(lostUpdates)('a PATCH while the server asks the forge: %s', async (name, forgeMs, lastWork) => {
  const recording = behaviour.no_schedule_lost_update[name]
  const stage = new Stage({ timing: { forgeMs } })
  const { id } = stage.agent()
  if (lastWork === 'recent') {
    const earlier = stage.pipeline()
    await stage.until(() => earlier.status === 'success')
  }
  await stage.wait(1)
  const { queue, records } = stage.server
  const later = stage.pipeline({ workflows: [{ durationMs: 30_000 }] })
  await stage.until(() => queue.running.size === 1)
  await stage.wait(0.006)
  stage.zero()
  const answered = await records.patch(id, { name: 'renamed', no_schedule: true })
  expect([answered.name, answered.no_schedule]).toEqual(recording.patch_answered)
  const seen: unknown[][] = [[0, 'renamed', true]]
  while (stage.nowS < 10) {
    await stage.wait(0.01)
    const { name: now, no_schedule } = records.get(id)
    if (seen.at(-1)![1] !== now) seen.push([stage.nowS, now, no_schedule])
  }
  expect(later.status).toBe('running')
  expect(seen.map(([, ...row]) => row)).toEqual(recording.agent_seen_as.map(([, ...row]: unknown[]) => row))
  for (const [index, [atS]] of seen.entries()) {
    expect(Math.abs(Number(atS) - recording.agent_seen_as[index][0])).toBeLessThan(1)
  }
})

test('contact is stamped every 10 s, work once a minute at most', async () => {
  const recording = behaviour.last_work
  const stage = new Stage()
  const { id } = stage.agent()
  await stage.wait(1)
  const contacts: number[] = []
  const works: number[] = []
  const watchUntil = async (seconds: number) => {
    while (stage.nowS < seconds) {
      await stage.wait(0.1)
      const { last_contact, last_work } = stage.server.records.get(id)
      if (contacts.at(-1) !== last_contact) contacts.push(last_contact)
      if (last_work !== 0 && works.at(-1) !== last_work) works.push(last_work)
    }
  }
  const long = stage.pipeline({ workflows: [{ durationMs: 75_000 }] })
  await watchUntil(96)
  const short = stage.pipeline({ workflows: [{ durationMs: 1000 }] })
  await watchUntil(120)
  expect(long.finished - long.started).toBe(recording.task_of_75s.finished - recording.task_of_75s.started)
  expect(short.status).toBe('success')
  expect(works.map((at) => at - long.started)).toEqual(recording.last_work_minus_75s_start)
  const steps = contacts.slice(1).map((at, index) => at - contacts[index]!)
  expect(new Set(steps)).toEqual(new Set(recording.last_contact_steps_seconds))
})
