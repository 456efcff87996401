import { AuthError, type Task, type TaskEnding, Transient } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import type { TraceArrival } from '../format/trace.ts'
import { type RecordNews, recordLive } from './record-live.ts'

/** A queue that a test fills, with a recording of it that has begun. */
function aRecording() {
  const clock = new ManualClock()
  const startAt = clock.now()
  const kept: TraceArrival[] = []
  const news: RecordNews[] = []
  const disk = { isFull: false }
  const stop = new AbortController()
  const queue = {
    tasks: [] as Task[],
    endings: [] as TaskEnding[],
    failure: undefined as Error | undefined,
    looks: 0,
  }
  let tell = () => {}
  const done = recordLive(
    {
      clock,
      labels: { plainNames: true, key: '' },
      file: {
        startAt,
        jobsBefore: 0,
        add: (arrival) => {
          if (disk.isFull) throw new Error('ENOSPC: no space left on device')
          kept.push(arrival)
        },
        close: () => {},
      },
      onNews: (each) => news.push(each),
      server: {
        listen: (onSignal) => {
          tell = () => onSignal('changed')
        },
        readQueue: async () => {
          queue.looks++
          if (queue.failure) throw queue.failure
          return { tasks: queue.tasks, paused: false, pollingSlots: 0 }
        },
        readEndings: async (ids) => {
          if (queue.failure) throw queue.failure
          return queue.endings.filter(({ taskId }) => ids.includes(taskId))
        },
      },
    },
    stop.signal,
  )
  const task = (id: string, state: Task['state']): Task => ({
    id,
    name: 'build',
    title: '',
    labels: { repo: 'acme/app' },
    state,
    dependencies: [],
    createdAt: startAt + 1_000,
  })
  return { clock, disk, kept, news, queue, stop, done, task, tell: () => tell() }
}

test('a job has its line when it has ended, with what the server says of its length', async () => {
  const { clock, kept, queue, stop, done, task } = aRecording()
  await clock.advance(5_000)
  queue.tasks = [task('1', 'running')]
  await clock.advance(30_000)
  queue.tasks = []
  queue.endings = [{ taskId: '1', agentId: '7', failed: false, ranMs: 28_000 }]
  await clock.advance(5_000)
  expect(kept).toEqual([{ atMs: 1_000, labels: { repo: 'acme/app' }, durationMs: 28_000, id: '1' }])
  stop.abort()
  expect(await done).toMatchObject({ recorded: 1, watched: 0, leftOut: 0 })
})

test('while the server is away it goes on asking, and keeps what ended then if the server knows of it', async () => {
  const { clock, kept, news, queue, stop, done, task } = aRecording()
  await clock.advance(5_000)
  queue.tasks = [task('1', 'running'), task('2', 'running')]
  await clock.advance(5_000)
  queue.failure = new Transient('connection refused')
  await clock.advance(300_000)
  expect(news.at(-1)!.trouble).toBe('the server cannot be asked: connection refused')
  queue.failure = undefined
  queue.tasks = []
  queue.endings = [{ taskId: '1', agentId: '7', failed: true, ranMs: 60_000 }]
  await clock.advance(5_000)
  expect(kept.map(({ id, durationMs }) => [id, durationMs])).toEqual([['1', 60_000]])
  stop.abort()
  expect(await done).toMatchObject({ recorded: 1, leftOut: 1, trouble: undefined })
})

test('it looks each five seconds, and sooner after an event, but not more than once in two', async () => {
  const { clock, queue, stop, done, tell } = aRecording()
  await clock.advance(60_000)
  expect(queue.looks).toBe(13)
  for (let at = 0; at < 100; at++) {
    tell()
    await clock.advance(100)
  }
  expect(queue.looks).toBeLessThanOrEqual(13 + 6)
  expect(queue.looks).toBeGreaterThanOrEqual(13 + 4)
  stop.abort()
  await done
})

test('a token that is not good ends it', async () => {
  const { clock, queue, done } = aRecording()
  const failure = expect(done).rejects.toThrow('no admin')
  queue.failure = new AuthError('no admin')
  await clock.advance(5_000)
  await failure
})

test('a disk that is full for a while costs no job', async () => {
  const { clock, disk, kept, news, queue, stop, done, task } = aRecording()
  await clock.advance(5_000)
  queue.tasks = [task('1', 'running'), task('2', 'running')]
  await clock.advance(30_000)
  disk.isFull = true
  queue.tasks = []
  await clock.advance(30_000)
  expect(news.at(-1)!.trouble).toBe('the file cannot be written: ENOSPC: no space left on device')
  disk.isFull = false
  await clock.advance(30_000)
  expect(kept.map(({ id }) => id)).toEqual(['1', '2'])
  stop.abort()
  expect(await done).toMatchObject({ recorded: 2, trouble: undefined })
})
