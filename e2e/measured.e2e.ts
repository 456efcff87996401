import { afterEach, beforeEach, expect, test } from 'vitest'
import { Site, until } from './processes.ts'

const MINUTE_MS = 60_000

interface Here {
  site: Site
}

beforeEach<Here>(async (context) => {
  context.site = new Site()
  await context.site.startServer()
})

afterEach<Here>(async ({ site, task }) => {
  if (task.result?.state === 'fail') console.error(site.log.slice(-60).join('\n'))
  await site.close()
})

const jobs = (count: number, durationMs: number) => Array.from({ length: count }, () => ({ durationMs }))

/** Agents that were there at a disturbance prove for three minutes that they rest, before they go. */
const goneWithinMs = 5 * MINUTE_MS

test.concurrent<Here>('20 tasks go from pending to done, and all machines go, whenever it is killed', async ({
  site,
}) => {
  site.watchMachines()
  const settings = { max: 20, bootMs: 500 }
  site.startAutoscaler(settings)
  await site.order(jobs(20, 4_000))
  // At moments that fall into launches, boots, work and scale-down.
  for (const pauseMs of [900, 300, 1_500, 700, 2_500, 4_000]) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    await site.killAutoscaler()
    site.startAutoscaler(settings)
  }
  await until('20 jobs are done', async () => (await site.outcomes())['success'] === 20, MINUTE_MS)
  await until('no machine is left', () => site.machineProcesses().length === 0, goneWithinMs)
  await until('no record is left', async () => (await site.agents()).length === 0, MINUTE_MS)
  expect(site.peak).toBeLessThanOrEqual(20)
  expect(await site.stopAutoscaler()).toBe(0)
})

test.concurrent<Here>('without any trouble 20 tasks take no more than 20 machines, and they go within a minute', async ({
  site,
}) => {
  site.watchMachines()
  site.startAutoscaler({ max: 30 })
  await site.order(jobs(20, 5_000))
  await until('20 jobs are done', async () => (await site.outcomes())['success'] === 20, MINUTE_MS)
  await until('no machine is left', () => site.machineProcesses().length === 0, 1.5 * MINUTE_MS)
  expect(site.peak).toBe(20)
  expect(await site.agents()).toEqual([])
})

test.concurrent<Here>('boots that take three intervals give exactly one machine for each job', async ({
  site,
}) => {
  site.watchMachines()
  site.startAutoscaler({ max: 50, interval: '2s', bootMs: 6_000 })
  await site.order(jobs(20, 8_000))
  await until('20 jobs are done', async () => (await site.outcomes())['success'] === 20, MINUTE_MS)
  expect(site.peak).toBe(20)
  await until('no machine is left', () => site.machineProcesses().length === 0, 2 * MINUTE_MS)
})

test.concurrent<Here>('the server is killed for 30 s while ten jobs run or end: ten of ten succeed', async ({
  site,
}) => {
  site.startAutoscaler({ max: 10, idleTimeout: '15s' })
  await site.order(Array.from({ length: 10 }, (_, at) => ({ durationMs: 10_000 + at * 5_000 })))
  await until('ten jobs run', async () => (await site.outcomes())['running'] === 10, MINUTE_MS)
  await new Promise((resolve) => setTimeout(resolve, 7_000))
  await site.killServer()
  await new Promise((resolve) => setTimeout(resolve, 30_000))
  await site.startServer()
  await until('ten jobs are done', async () => (await site.outcomes())['success'] === 10, 2 * MINUTE_MS)
  await until('no machine is left', () => site.machineProcesses().length === 0, goneWithinMs)
})

test.concurrent<Here>('a restart of the server under a long job costs nothing', async ({ site }) => {
  site.startAutoscaler({ max: 2, idleTimeout: '15s' })
  await site.order([{ durationMs: 150_000 }])
  await until('the job runs', async () => (await site.outcomes())['running'] === 1, MINUTE_MS)
  await new Promise((resolve) => setTimeout(resolve, 20_000))
  await site.killServer()
  await site.startServer()
  await until('the job is done', async () => (await site.outcomes())['success'] === 1, 4 * MINUTE_MS)
  await until('no machine is left', () => site.machineProcesses().length === 0, goneWithinMs)
})
