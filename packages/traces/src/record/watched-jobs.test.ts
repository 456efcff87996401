import type { Task } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { durationOf, WatchedJobs } from './watched-jobs.ts'

const NOON = Date.UTC(2026, 0, 5, 12)
const task = (id: string, state: Task['state'], more: Partial<Task> = {}): Task => ({
  id,
  name: 'build',
  title: 'acme/app#1 build',
  labels: { repo: 'acme/app' },
  state,
  dependencies: [],
  createdAt: NOON,
  ...more,
})

test('a job is told when it has left the queue, with how long it was seen to run', () => {
  const jobs = new WatchedJobs()
  expect(jobs.look([], NOON - 5_000)).toEqual([])
  expect(jobs.look([task('1', 'pending')], NOON + 1_000)).toEqual([])
  expect(jobs.look([task('1', 'running')], NOON + 6_000)).toEqual([])
  const [left] = jobs.look([], NOON + 36_000)
  expect(left).toMatchObject({ id: '1', arrivedAt: NOON, seenMs: 30_000 })
  expect(jobs.count).toBe(0)
})

test('what the server says of its length counts more than what was seen', () => {
  const left = { id: '1', arrivedAt: NOON, labels: {}, after: [], seenMs: 30_000 }
  expect(durationOf(left, [{ taskId: '1', agentId: '7', failed: false, ranMs: 27_000 }])).toBe(27_000)
  expect(durationOf(left, [{ taskId: '2', agentId: '7', failed: false, ranMs: 27_000 }])).toBe(30_000)
})

test('of a job that ran before anybody looked only the server knows how long', () => {
  const jobs = new WatchedJobs()
  jobs.look([task('1', 'running', { createdAt: NOON - 60_000 })], NOON)
  expect(jobs.look([], NOON + 5_000)[0]).toMatchObject({ arrivedAt: NOON - 60_000, seenMs: undefined })
})

test('the same goes for one that ended while the server was away', () => {
  const jobs = new WatchedJobs()
  jobs.look([task('1', 'pending')], NOON)
  jobs.look([task('1', 'running')], NOON + 5_000)
  expect(jobs.look([], NOON + 305_000)[0]!.seenMs).toBeUndefined()
})

test('a job that was held back, such as for an approval, came when it was let in', () => {
  const jobs = new WatchedJobs()
  jobs.look([], NOON)
  jobs.look([task('1', 'pending', { createdAt: NOON - 600_000 })], NOON + 5_000)
  expect(jobs.look([], NOON + 10_000)[0]!.arrivedAt).toBe(NOON + 5_000)
})

test('a job that an agent lost begins anew', () => {
  const jobs = new WatchedJobs()
  const looks = [
    [task('1', 'pending')],
    [task('1', 'running')],
    [task('1', 'pending')],
    [task('1', 'running')],
    [],
  ]
  const left = looks.flatMap((tasks, at) => jobs.look(tasks, NOON + 10_000 * at))
  expect(left[0]!.seenMs).toBe(10_000)
})

test('what a job waits for is kept', () => {
  const jobs = new WatchedJobs()
  jobs.look([task('2', 'waiting', { dependencies: ['1'] })], NOON)
  expect(jobs.look([], NOON + 5_000)[0]!.after).toEqual(['1'])
})
