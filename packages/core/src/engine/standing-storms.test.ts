import { expect, test } from 'vitest'
import { OfferingUnavailable, Transient } from '../ports/errors.ts'
import { type FakeStanding, FakeWorld, type FakeWorldOptions } from '../testing/fake-world.ts'

/** A linear congruential generator: the same storm for the same seed. */
function chance(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.abs(state) / 2 ** 31
  }
}

const two: readonly FakeStanding[] = [
  { id: 'i-1', agent: 'box' },
  { id: 'i-2', agent: 'pool-1-agent-byhand' },
]

const kinds: readonly (readonly [string, FakeWorldOptions])[] = [
  ['alone', { standing: two, pool: { max: 0 } }],
  ['beside machines that are made', { standing: two, pool: { max: 2 } }],
  ['with clocks that differ, and no events', { standing: two, server: { skewMs: -240_000, events: false } }],
  ['their agents not named', { standing: [{ ...two[0]!, unnamed: true }], pool: { max: 0 } }],
]

/** None of it ends an agent's process that has work: so no work may be lost by it. */
function troubles(world: FakeWorld, random: () => number): readonly (() => void)[] {
  const { server, cloud } = world
  const id = random() < 0.5 ? 'i-1' : 'i-2'
  return [
    () => world.restartProcess(),
    () => server.restart({ awayMs: random() * 40_000, reconnectMs: random() * 14_000 }),
    () => server.unreachableFor(random() * 60_000),
    () => server.failNext('readAgents', new Transient('500'), 2),
    () => server.failNext('inspectAgent', new Transient('500')),
    () => server.hangNext('setCordon'),
    () => server.loseAnswer('setCordon'),
    () => server.revertNextCordon(random() * 9_000),
    () => server.letPollerSlip(random() < 0.5 ? 'box' : 'pool-1-agent-byhand'),
    () => cloud.failNext('start', new OfferingUnavailable('no room')),
    () => cloud.loseAnswer('start'),
    () => cloud.loseAnswer('stop'),
    () => cloud.failNext('stop', new Transient('503')),
    () => cloud.hangNext('list', random() < 0.5 ? 'before-acting' : 'deaf'),
    () => cloud.hide(id, random() * 60_000),
    () => cloud.hangAtStop(id),
    () => void cloud.start(id, new AbortController().signal).catch(() => {}),
  ]
}

test.each(
  kinds.flatMap(([kind, options]) => Array.from({ length: 8 }, (_, seed) => [kind, seed, options] as const)),
)('%s, storm %i: no work lost, all done, and they rest, with their records', async (_, seed, options) => {
  const random = chance(seed + 100)
  const world = new FakeWorld({
    ...options,
    pool: { min: 0, idleTimeoutMs: 20_000 + random() * 100_000, ...options.pool },
    caution: { graceAfterRestartMs: 60_000 },
  })
  world.start()
  for (let step = 0; step < 60; step++) {
    if (random() < 0.5)
      world.server.addTasks(Math.floor(random() * 3), { durationMs: 1_000 + random() * 240_000 })
    const trouble = troubles(world, random)
    if (random() < 0.4) trouble[Math.floor(random() * trouble.length)]?.()
    await world.seconds(random() * 30)
  }
  world.server.mend()
  world.cloud.mend()
  await world.minutes(120)
  expect(
    world.server.tasks.filter(({ fate }) => fate !== 'done').map(({ id, fate }) => `${id} ${fate}`),
  ).toEqual([])
  const standing = options.standing ?? []
  expect(world.cloud.machines.map(({ name, state }) => `${name} ${state}`)).toEqual(
    standing.map(({ id }) => `${id} stopped`),
  )
  expect(world.server.agents.map(({ name }) => name)).toEqual(standing.map(({ agent }) => agent))
  await world.stop()
})
