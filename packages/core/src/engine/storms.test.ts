import { expect, test } from 'vitest'
import { Transient } from '../ports/errors.ts'
import { FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

/** A linear congruential generator: the same storm for the same seed. */
function chance(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.abs(state) / 2 ** 31
  }
}

const kinds: readonly (readonly [string, FakeWorldOptions])[] = [
  ['facts, events', {}],
  ['names alone, no events', { lists: 'names', server: { events: false } }],
  ['lists that lag, clocks that differ', { cloud: { listLagMs: 15_000 }, server: { skewMs: 240_000 } }],
  ['stopped machines kept', { pool: { parked: { max: 2, forMs: 1_200_000 } } }],
]

/** What may go wrong at any moment, none of which ends an agent's process: so no work may be lost by it. */
function troubles(world: FakeWorld, random: () => number): readonly (() => void)[] {
  const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  return [
    () => world.restartProcess(),
    () => world.server.restart({ awayMs: random() * 40_000, reconnectMs: random() * 14_000 }),
    () => world.server.unreachableFor(random() * 60_000),
    () => world.server.failNext('readAgents', new Transient('500'), 2),
    () => world.server.failNext('readQueue', new Transient('500'), 2),
    () => world.server.loseAnswer('createAgent'),
    () => world.server.loseAnswer('deleteAgent'),
    () => world.server.hangNext('setCordon'),
    () => world.server.revertNextCordon(random() * 9_000),
    () => world.server.letPollerSlip(any(world.cloud.machines)?.name ?? ''),
    () => world.cloud.loseAnswer('create'),
    () => world.cloud.failNext('create', new Transient('503'), 2),
    () => world.cloud.failNext('remove', new Transient('503'), 2),
    () => world.cloud.hangNext('list', random() < 0.5 ? 'before-acting' : 'deaf'),
    () => world.cloud.hide(any(world.cloud.machines)?.name ?? '', random() * 60_000),
  ]
}

test.each(
  kinds.flatMap(([kind, options]) => Array.from({ length: 15 }, (_, seed) => [kind, seed, options] as const)),
)('%s, storm %i: no work lost, never over max, nothing left', async (_, seed, options) => {
  const random = chance(seed + 1)
  const world = new FakeWorld({
    ...options,
    pool: { max: 6, idleTimeoutMs: 20_000 + random() * 100_000, ...options.pool },
    caution: { graceAfterRestartMs: 60_000 },
  })
  world.start()
  for (let step = 0; step < 60; step++) {
    if (random() < 0.5)
      world.server.addTasks(Math.floor(random() * 4), { durationMs: 1_000 + random() * 240_000 })
    const trouble = troubles(world, random)
    if (random() < 0.4) trouble[Math.floor(random() * trouble.length)]?.()
    await world.seconds(random() * 30)
    expect(world.cloud.machines.length).toBeLessThanOrEqual(6)
  }
  world.server.mend()
  world.cloud.mend()
  await world.minutes(60)
  expect(
    world.server.tasks.filter(({ fate }) => fate !== 'done').map(({ id, fate }) => `${id} ${fate}`),
  ).toEqual([])
  expect(world.cloud.machines).toEqual([])
  expect(world.server.agents).toEqual([])
  await world.stop()
})
