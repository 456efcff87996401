import { sleep } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { type RateLimit, RateLimiter } from './rate-limiter.ts'
import { type ReadCall, SharedReading } from './shared-reading.ts'

const never = new AbortController().signal

/** A cloud that answers how much had happened when the request reached it, after a second. */
function aCloud(limit: RateLimit = { perSecond: 0.5, burst: 1 }) {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, limit)
  const shared = new SharedReading<number>()
  const sentAt: number[] = []
  const startedAt = clock.now()
  const world = { happened: 0, isDeaf: false, fails: false }
  const read = async ({ signal, onSend }: Required<ReadCall>): Promise<number> => {
    await limiter.acquire(signal)
    onSend()
    sentAt.push(clock.now() - startedAt)
    const { happened } = world
    if (world.fails) throw new Error('the cloud says no')
    if (world.isDeaf) await new Promise<never>(() => {})
    await sleep(clock, 1_000, signal)
    return happened
  }
  const ask = (signal: AbortSignal = never): Promise<number> => {
    const answer = shared.read({ signal }, read)
    answer.catch(() => {})
    return answer
  }
  return { clock, limiter, world, sentAt, ask }
}

test('all who ask at the same moment share one reading', async () => {
  const { clock, sentAt, ask } = aCloud()
  const answers = Array.from({ length: 34 }, () => ask())
  await clock.advance(60_000)
  expect(await Promise.all(answers)).toEqual(Array(34).fill(0))
  expect(sentAt).toEqual([0])
})

test('whoever asks while it waits for its turn shares it, and sees what happened until then', async () => {
  const { clock, limiter, world, sentAt, ask } = aCloud()
  await limiter.acquire(never)
  const early = ask()
  await clock.advance(1_500)
  world.happened = 1
  const late = ask()
  await clock.advance(60_000)
  expect(await Promise.all([early, late])).toEqual([1, 1])
  expect(sentAt).toEqual([2_000])
})

test('whoever asks after it was sent is not given what is older than that, and shares the next', async () => {
  const { clock, world, sentAt, ask } = aCloud()
  const first = ask()
  await clock.advance(500)
  world.happened = 1
  const [second, third] = [ask(), ask()]
  await clock.advance(60_000)
  expect(await Promise.all([first, second, third])).toEqual([0, 1, 1])
  expect(sentAt).toEqual([0, 2_000])
})

test('however many ask, and whenever: never two at once, and nobody waits for more than two', async () => {
  const { clock, sentAt, ask } = aCloud({ perSecond: 100, burst: 100 })
  const waitedMs: number[] = []
  for (let i = 0; i < 100; i++) {
    const askedAt = clock.now()
    void ask().then(() => waitedMs.push(clock.now() - askedAt))
    await clock.advance(100)
  }
  await clock.advance(10_000)
  expect(waitedMs).toHaveLength(100)
  expect(Math.max(...waitedMs)).toBeLessThanOrEqual(2_000)
  expect(sentAt).toEqual(Array.from({ length: 11 }, (_, i) => i * 1_000))
})

test('whoever gives up leaves the others to it, also the one who began it', async () => {
  const { clock, sentAt, ask } = aCloud()
  const stop = new AbortController()
  const [begun, shared] = [ask(stop.signal), ask()]
  await clock.advance(500)
  stop.abort(new Error('enough'))
  await expect(begun).rejects.toMatchObject({ kind: 'transient', mayHaveActed: false })
  await clock.advance(60_000)
  expect(await shared).toBe(0)
  expect(sentAt).toEqual([0])
})

test('when all give up it is called off, and takes nobody’s turn', async () => {
  const { clock, limiter, sentAt, ask } = aCloud()
  await limiter.acquire(never)
  const stop = new AbortController()
  const given = [ask(stop.signal), ask(stop.signal)]
  await clock.advance(500)
  stop.abort(new Error('enough'))
  for (const each of given) await expect(each).rejects.toMatchObject({ kind: 'transient' })
  const next = ask()
  await clock.advance(60_000)
  expect(await next).toBe(0)
  expect(sentAt).toEqual([2_000])
})

test('one that hangs, deaf to its signal, holds nobody up when those who waited for it are gone', async () => {
  const { clock, world, ask } = aCloud()
  world.isDeaf = true
  const stop = new AbortController()
  const hung = ask(stop.signal)
  await clock.advance(500)
  world.isDeaf = false
  const next = ask()
  await clock.advance(20_000)
  stop.abort(new Error('enough'))
  await expect(hung).rejects.toMatchObject({ kind: 'transient' })
  await clock.advance(60_000)
  expect(await next).toBe(0)
})

test('what fails, fails for all who share it, and for nobody who comes later', async () => {
  const { clock, world, ask } = aCloud()
  world.fails = true
  const failed = [ask(), ask()]
  await clock.advance(500)
  for (const each of failed) await expect(each).rejects.toThrow('the cloud says no')
  world.fails = false
  const next = ask()
  await clock.advance(60_000)
  expect(await next).toBe(0)
})

test('a signal that is over already asks for nothing', async () => {
  const { clock, sentAt, ask } = aCloud()
  await expect(ask(AbortSignal.abort(new Error('enough')))).rejects.toMatchObject({ kind: 'transient' })
  await clock.advance(60_000)
  expect(sentAt).toEqual([])
})
