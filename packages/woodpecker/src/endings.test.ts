import { expect, test } from 'vitest'
import { Endings } from './endings.ts'
import type { WireQueue } from './schemas.ts'

const signal = new AbortController().signal
const task = (id: number, pipeline: number) => ({ id: String(id), repo_id: 7, pipeline_number: pipeline })
const queueOf = (running: NonNullable<WireQueue['running']>): WireQueue => ({
  pending: null,
  waiting_on_deps: null,
  running,
  stats: { worker_count: 0 },
  paused: false,
})

function endingsOf(pipelines: Readonly<Record<number, readonly object[]>>) {
  const asked: string[] = []
  const endings = new Endings({
    pipeline: async (repo: number, number: number) => {
      asked.push(`${repo}/${number}`)
      return { value: { id: number, number, workflows: pipelines[number] }, serverNowAt: 0 }
    },
  } as never)
  return { endings, asked }
}

test('what became of a task is told by its pipeline, once for all tasks of it', async () => {
  const { endings, asked } = endingsOf({
    12: [
      { id: 1, state: 'failure', agent_id: 3, started: 100, finished: 102 },
      { id: 2, state: 'success', agent_id: 4, started: 100, finished: 160 },
      { id: 3, state: 'failure', agent_id: 4, started: 100, finished: 160 },
    ],
  })
  endings.note(queueOf([task(1, 12), task(2, 12)]))
  endings.note(queueOf([]))
  expect(await endings.read(['1', '2'], { signal })).toEqual([
    { taskId: '1', agentId: '3', failed: true, ranMs: 2_000 },
    { taskId: '2', agentId: '4', failed: false, ranMs: 60_000 },
  ])
  expect(asked).toEqual(['7/12'])
})

test('what has not ended, had no agent, or is of no known pipeline is left out', async () => {
  const { endings, asked } = endingsOf({
    12: [
      { id: 1, state: 'running', agent_id: 3, started: 100 },
      { id: 2, state: 'skipped' },
    ],
  })
  endings.note(queueOf([task(1, 12), task(2, 12), { id: '9' }]))
  expect(await endings.read(['1', '2', '9', 'unknown'], { signal })).toEqual([])
  expect(asked).toEqual(['7/12'])
})

test('no more than five pipelines are asked for at a time', async () => {
  const { endings, asked } = endingsOf({})
  endings.note(queueOf(Array.from({ length: 9 }, (_, at) => task(at + 1, at + 1))))
  await endings.read(['1', '2', '3', '4', '5', '6', '7', '8', '9'], { signal })
  expect(asked).toHaveLength(5)
})
