import { silentLog, systemClock } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { adminToken, EmulatedWoodpecker, serveWoodpecker } from '@woodpeckers/autoscaler-emulators'
import { expect, test } from 'vitest'
import { createPipelineHistory } from './pipeline-history.ts'
import { call } from './testing/new-server.ts'

const HOUR_MS = 3_600_000

/** A server with 120 pipelines of one repository, one each hour, and one of another. */
async function aServer() {
  const clock = new ManualClock()
  const woodpecker = new EmulatedWoodpecker({ clock, random: () => 0.5 })
  const begunAt = clock.now()
  for (let hour = 0; hour < 120; hour++) {
    woodpecker.pipelines.create({ repo: 'acme/app', workflows: [{ name: 'build', durationMs: 1_000 }] })
    await clock.advance(HOUR_MS)
  }
  const other = woodpecker.pipelines.create({
    repo: 'acme/other',
    workflows: [
      { name: 'a', durationMs: 1 },
      { name: 'b', durationMs: 1 },
    ],
  })
  // What agents would have done.
  Object.assign(other.workflows[0]!, { state: 'success', started: 1_800_000_000, finished: 1_800_000_090 })
  const served = await serveWoodpecker(woodpecker)
  const history = createPipelineHistory({
    url: served.url,
    token: adminToken,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
  })
  return {
    history,
    begunAt,
    async [Symbol.asyncDispose]() {
      await history.close()
      await served.close()
    },
  }
}

test('repositories are found, all or by name', async () => {
  await using server = await aServer()
  const all = await server.history.repositories(call())
  expect(all.map(({ name }) => name)).toEqual(['acme/app', 'acme/other'])
  expect(await server.history.repository('acme/other', call())).toEqual(all[1])
  expect(await server.history.repository('acme/none', call())).toBeUndefined()
})

test('pipelines are read page after page, and no further back than asked for', async () => {
  await using server = await aServer()
  const [app] = await server.history.repositories(call())
  const since = (hours: number) =>
    server.history.pipelinesSince(app!, server.begunAt + hours * HOUR_MS, call())
  expect(await since(0)).toHaveLength(120)
  const late = await since(50)
  expect(late.map(({ number }) => number)).toEqual(Array.from({ length: 70 }, (_, at) => 120 - at))
  expect(await since(200)).toEqual([])
})

test('jobs are those that began and ended', async () => {
  await using server = await aServer()
  const [, other] = await server.history.repositories(call())
  const [pipeline] = await server.history.pipelinesSince(other!, 0, call())
  const jobs = await server.history.jobs(other!, pipeline!, call())
  expect(jobs).toMatchObject([{ startedAt: 1_800_000_000_000, endedAt: 1_800_000_090_000 }])
  expect(jobs[0]!.createdAt).toBe(server.begunAt + 120 * HOUR_MS)
})
