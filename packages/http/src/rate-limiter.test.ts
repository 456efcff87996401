import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

const never = new AbortController().signal

async function moments(
  clock: ManualClock,
  limiter: RateLimiter,
  count: number,
  forMs: number,
): Promise<number[]> {
  const startedAt = clock.now()
  const went: number[] = []
  for (let i = 0; i < count; i++) void limiter.acquire(never).then(() => went.push(clock.now() - startedAt))
  await clock.advance(forMs)
  return went
}

test('a burst goes at once, the rest at the rate', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, { perSecond: 2, burst: 3 })
  expect(await moments(clock, limiter, 6, 5_000)).toEqual([0, 0, 0, 500, 1_000, 1_500])
})

test('quiet time fills it up again, but never beyond the burst', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, { perSecond: 2, burst: 3 })
  await moments(clock, limiter, 3, 60_000)
  expect(await moments(clock, limiter, 4, 5_000)).toEqual([0, 0, 0, 500])
})

test('a pause that the other side asks for holds everybody', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, { perSecond: 10, burst: 10 })
  limiter.pauseFor(30_000)
  expect(await moments(clock, limiter, 2, 40_000)).toEqual([30_000, 30_000])
})

test('what others have used up counts', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, { perSecond: 1, burst: 100 })
  limiter.learnRemaining(1)
  expect(await moments(clock, limiter, 3, 5_000)).toEqual([0, 1_000, 2_000])
})

test('it says how many may go at once now', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, { perSecond: 1, burst: 100 })
  expect(limiter.left).toBe(100)
  limiter.learnRemaining(10)
  await limiter.acquire(never)
  expect(limiter.left).toBe(9)
  await clock.advance(5_000)
  expect(limiter.left).toBe(14)
})

test('a wait that is called off takes no place', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, { perSecond: 1, burst: 1 })
  await limiter.acquire(never)
  const stop = new AbortController()
  const called = limiter.acquire(stop.signal)
  stop.abort(new Error('called off'))
  await expect(called).rejects.toThrow('called off')
  expect(await moments(clock, limiter, 1, 2_000)).toEqual([1_000])
})

test.each([
  ['back', -3_600_000],
  ['forward', 3_600_000],
])('a clock that is set %s changes neither the rate nor a pause', async (_, byMs) => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, { perSecond: 1, burst: 1 })
  limiter.pauseFor(30_000)
  const first = limiter.acquire(never)
  const second = limiter.acquire(never)
  const went: number[] = []
  const startedAt = clock.monotonic()
  for (const turn of [first, second]) void turn.then(() => went.push(clock.monotonic() - startedAt))
  await clock.advance(10_000)
  clock.setWall(byMs)
  await clock.advance(60_000)
  expect(went).toEqual([30_000, 31_000])
})
