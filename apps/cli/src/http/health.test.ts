import { Transient } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { ServedSite } from './a-site.test-setup.ts'
import { isAlive } from './health.ts'

test.each([
  [10_000, 119_000, true],
  [10_000, 121_000, false],
  [300_000, 899_000, true],
  [300_000, 901_000, false],
])('a loop that looks every %d ms, and looked %d ms ago, turns: %s', (intervalMs, agoMs, turns) => {
  expect(isAlive(1_000, 1_000 + agoMs, intervalMs)).toBe(turns)
})

async function health(site: ServedSite): Promise<readonly string[]> {
  const answers = await Promise.all(['healthz', 'readyz'].map((path) => site.ask(path)))
  return Promise.all(answers.map(async (answer) => `${answer.status} ${await answer.text()}`))
}

test.each([
  ['readAgents', 'agents unknown'],
  ['readQueue', 'queue unknown'],
] as const)('it is well while the loop turns, and ready while all can be read: %s', async (call, error) => {
  await using site = await ServedSite.open()
  expect(await health(site)).toEqual(['200 {"status":"ok"}', '200 {"status":"ok"}'])
  site.world.server.failNext(call, new Transient('away'))
  await site.world.seconds(10)
  expect(await health(site)).toEqual(['200 {"status":"ok"}', `503 {"error":"${error}"}`])
  await site.world.seconds(10)
  expect(await health(site)).toEqual(['200 {"status":"ok"}', '200 {"status":"ok"}'])
})

test('it is not ready where the machines of a pool cannot be listed', async () => {
  await using site = await ServedSite.open()
  site.world.cloud.failNext('list', new Transient('away'))
  await site.world.seconds(10)
  expect(await health(site)).toEqual(['200 {"status":"ok"}', '503 {"error":"machines unknown"}'])
})

test('it is not well when the loop stands still', async () => {
  await using site = await ServedSite.open()
  await site.world.stop()
  await site.world.seconds(300)
  const stands = '503 {"error":"the loop does not turn"}'
  expect(await health(site)).toEqual([stands, stands])
})
