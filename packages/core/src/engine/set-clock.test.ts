import { describe, expect, test } from 'vitest'
import { OfferingUnavailable, QuotaExceeded, Transient } from '../ports/errors.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** What is done with the world, and when the autoscaler's clock is set. */
interface Story {
  readonly options?: FakeWorldOptions
  readonly live: (world: FakeWorld, setClock: () => void) => Promise<void>
}

/** Everything that was done, with its time by a clock that nobody sets. */
async function deedsOf({ options, live }: Story, jumpMs: number): Promise<readonly string[]> {
  const deeds: string[] = []
  let startedAt = 0
  const world: FakeWorld = new FakeWorld({
    ...options,
    onOutcome: ({ action, result }) => {
      const at = Math.round((world.clock.monotonic() - startedAt) / 1_000)
      deeds.push(`${at} s: ${action.kind} ${action.because}, ${result}`)
    },
  })
  startedAt = world.clock.monotonic()
  world.start()
  await world.seconds(3)
  await live(world, () => {
    world.ownClock.offsetMs += jumpMs
  })
  await world.stop()
  return deeds
}

const stories: readonly (readonly [what: string, story: Story])[] = [
  [
    'an agent that is idle',
    {
      options: { pool: { idleTimeoutMs: 5 * MINUTE_MS } },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        await world.minutes(3)
        setClock()
        await world.minutes(10)
      },
    },
  ],
  [
    'an agent on its way out',
    {
      options: { pool: { idleTimeoutMs: 60_000 } },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        while (!world.deeds.includes('cordon idle')) await world.seconds(1)
        await world.seconds(5)
        setClock()
        await world.minutes(10)
      },
    },
  ],
  [
    'a machine that boots',
    {
      options: { cloud: { bootDelayMs: 100_000 } },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        await world.seconds(50)
        setClock()
        await world.minutes(20)
      },
    },
  ],
  [
    'a machine that never connects',
    {
      options: { pool: { inactivityTimeoutMs: 8 * MINUTE_MS }, cloud: { bootDelayMs: 10 * HOUR_MS } },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        await world.minutes(4)
        setClock()
        await world.minutes(20)
      },
    },
  ],
  [
    'a cloud that fails',
    {
      live: async (world, setClock) => {
        world.cloud.failNext('create', new Transient('503'), 5)
        world.server.addTask({ durationMs: 20_000 })
        await world.seconds(25)
        setClock()
        await world.minutes(20)
      },
    },
  ],
  [
    'a quota that is used up',
    {
      live: async (world, setClock) => {
        world.cloud.failNext('create', new QuotaExceeded('no more'), 1)
        world.server.addTask({ durationMs: 20_000 })
        await world.minutes(2)
        setClock()
        await world.minutes(20)
      },
    },
  ],
  [
    'an offering that is sold out',
    {
      options: { cloud: { offerings: [{ id: 'a' }, { id: 'b' }] } },
      live: async (world, setClock) => {
        world.cloud.failNext('create', new OfferingUnavailable('sold out'), 4)
        world.server.addTask({ durationMs: 20_000 })
        await world.seconds(20)
        setClock()
        await world.minutes(20)
      },
    },
  ],
  [
    'the grace after the server was away',
    {
      options: { pool: { idleTimeoutMs: 60_000 } },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        await world.seconds(60)
        world.server.restart({ awayMs: 30_000 })
        await world.minutes(3)
        setClock()
        await world.minutes(15)
      },
    },
  ],
  [
    'the grace after its own start',
    {
      options: { pool: { idleTimeoutMs: 60_000 } },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        await world.seconds(60)
        world.restartProcess()
        await world.minutes(2)
        setClock()
        await world.minutes(15)
      },
    },
  ],
  [
    'a list that has shrunk',
    {
      options: { pool: { idleTimeoutMs: MINUTE_MS, min: 0, max: 9 } },
      live: async (world, setClock) => {
        world.server.addTasks(6, { durationMs: 120_000 })
        await world.seconds(60)
        world.server.loseRecords(() => true)
        await world.minutes(4)
        setClock()
        await world.minutes(50)
      },
    },
  ],
  [
    'a machine paid by the hour',
    {
      options: {
        pool: { billing: 'hour', billingTeardownMarginMs: 2 * MINUTE_MS, idleTimeoutMs: MINUTE_MS },
      },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        await world.minutes(30)
        setClock()
        await world.minutes(60)
      },
    },
  ],
  [
    'machines that are stopped and kept',
    {
      options: { pool: { parked: { max: 2, forMs: 20 * MINUTE_MS }, idleTimeoutMs: MINUTE_MS } },
      live: async (world, setClock) => {
        world.server.addTask({ durationMs: 20_000 })
        await world.minutes(6)
        setClock()
        await world.minutes(40)
      },
    },
  ],
  [
    'a machine that is renewed for its age',
    {
      options: { pool: { min: 1, maxAgeMs: 40 * MINUTE_MS } },
      live: async (world, setClock) => {
        await world.minutes(10)
        setClock()
        await world.minutes(60)
      },
    },
  ],
]

const jumps = [
  ['five minutes back', -5 * MINUTE_MS],
  ['two hours back', -2 * HOUR_MS],
  ['two days back', -48 * HOUR_MS],
  ['five minutes forward', 5 * MINUTE_MS],
  ['two hours forward', 2 * HOUR_MS],
  ['two days forward', 48 * HOUR_MS],
] as const

describe.each(stories)('%s', (_, story) => {
  test.each(jumps)('is treated alike when the clock is set %s', async (_, jumpMs) => {
    const usual = await deedsOf(story, 0)
    expect(usual.length).toBeGreaterThan(1)
    expect(await deedsOf(story, jumpMs)).toEqual(usual)
  })
})

test('what is spent is not counted again, nor for the time by which the clock was set', async () => {
  const spentWith = async (jumpMs: number): Promise<number> => {
    const offerings = [{ id: 'a', hourlyPrice: { amount: 6, currency: 'EUR' } }]
    const world = new FakeWorld({ pool: { min: 1 }, cloud: { offerings } })
    world.start()
    await world.minutes(30)
    world.ownClock.offsetMs += jumpMs
    await world.minutes(30)
    await world.stop()
    return world.reports.at(-1)?.spent.month.amounts.get('EUR') ?? 0
  }
  const usual = await spentWith(0)
  expect(usual).toBeCloseTo(6, 0)
  for (const [, jumpMs] of jumps.filter(([, ms]) => ms > 0))
    expect(await spentWith(jumpMs)).toBeCloseTo(usual, 1)
})

test('a process that was suspended waits as after its own start', async () => {
  const world = new FakeWorld({ pool: { min: 1 } })
  world.start()
  await world.minutes(8)
  expect(world.reports.at(-1)?.input.memory.disturbance.kind).toBe('own-start')
  // For the server two hours pass, of which the clock that timers run by knows nothing.
  world.clock.setWall(2 * HOUR_MS)
  await world.seconds(11)
  expect(world.reports.at(-1)?.input.memory.disturbance.kind).toBe('asleep')
  await world.stop()
})
