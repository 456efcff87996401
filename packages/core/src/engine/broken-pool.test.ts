import { expect, test } from 'vitest'
import { Transient } from '../ports/errors.ts'
import type { FakeCloud } from '../testing/fake-cloud.ts'
import { FakePools } from '../testing/fake-pools.ts'

/** How long each of 40 tasks of the sound pool waited for the call that makes its machine. */
async function launchDelays(breakIt: (cloud: FakeCloud) => void): Promise<readonly number[]> {
  const world = new FakePools({ sick: { max: 50 }, sound: { max: 50 } })
  world.start()
  await world.seconds(3)
  breakIt(world.cloud('sick'))
  const delays: number[] = []
  for (let task = 0; task < 40; task++) {
    world.addTask('sick')
    const askedAt = world.clock.now()
    const before = world.cloud('sound').history.length
    world.addTask('sound')
    await world.seconds(17)
    delays.push((world.cloud('sound').history[before]?.createdAt ?? Number.POSITIVE_INFINITY) - askedAt)
  }
  await world.stop()
  return delays.sort((a, b) => a - b)
}

/** With how many tasks may wait longer, for as long as one look waits for a list. */
const sicknesses: readonly (readonly [string, (cloud: FakeCloud) => void, number])[] = [
  ['refuses every machine', (cloud) => cloud.failNext('create', new Transient('503'), 10_000), 0],
  [
    'hangs at every machine',
    (cloud) => {
      for (let call = 0; call < 10_000; call++) cloud.hangNext('create', 'deaf')
    },
    0,
  ],
  ['cannot be listed', (cloud) => cloud.failNext('list', new Transient('503'), 10_000), 0],
  [
    'hangs at every listing',
    (cloud) => {
      for (let call = 0; call < 10_000; call++) cloud.hangNext('list', 'deaf')
    },
    1,
  ],
]

test.each(sicknesses)('a pool whose cloud %s costs another pool nothing', async (_, breakIt, mayDelay) => {
  const delays = await launchDelays(breakIt)
  const alone = await launchDelays(() => {})
  expect(delays.slice(0, mayDelay === 0 ? undefined : -mayDelay)).toEqual(alone.slice(mayDelay))
  expect(Math.max(...delays)).toBeLessThanOrEqual(mayDelay === 0 ? alone.at(-1)! : 10_000)
})
