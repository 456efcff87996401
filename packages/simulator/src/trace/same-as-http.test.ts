import { expect, test } from 'vitest'
import type { Scenario } from '../scenario/scenario.ts'
import { streamOf } from '../scenario/streams.ts'
import { settle } from '../world/settle.ts'
import { World } from '../world/world.ts'
import { simulateTrace } from './simulate-trace.ts'
import { aTracePool, settingsOf, traceOf } from './test-trace.ts'

const MINUTE_MS = 60_000
const BOOT_MS = 40_000
const policy = { max: 12, idleTimeoutMs: 2 * MINUTE_MS, workflowsPerAgent: 1 }

/** Half an hour of pushes of one to six jobs. */
function someJobs(): readonly (readonly [number, number])[] {
  const random = streamOf(7, 'same as over HTTP')
  const pushes = Array.from({ length: 12 }, () => Math.floor(random() * 30 * MINUTE_MS)).sort((a, b) => a - b)
  return pushes.flatMap((atMs) =>
    Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
      const durationMs = Math.floor((0.3 + 3 * random()) * MINUTE_MS)
      return [atMs, durationMs] as const
    }),
  )
}

interface Played {
  readonly machines: number
  /** Of each job in the order of their starts. */
  readonly waitedMs: readonly number[]
}

/** The world with emulated servers and agents behind HTTP. */
async function overHttp(jobs: readonly (readonly [number, number])[]): Promise<Played> {
  const scenario: Scenario = {
    seed: 1,
    stormMs: 0,
    intervalMs: 10_000,
    server: { clockOffsetMs: 0, hasEvents: true, patchGapMs: 0, forgeMs: 0, writeMs: 0, pageSize: 50 },
    clouds: [
      {
        kind: 'plain',
        bootMs: [BOOT_MS, BOOT_MS],
        listLagMs: 0,
        answerMs: 0,
        deleteMs: 0,
        listsFacts: true,
      },
    ],
    pools: [{ id: '1', cloud: 'plain', policy, labels: {} }],
    arrivals: jobs.map(([atMs, durationMs]) => ({ atMs, jobs: [{ durationMs }] })),
    weather: [],
    mishaps: [],
  }
  const waitedMs: number[] = []
  let machines = 0
  const ignore = () => {}
  const world = new World(scenario, {
    onMachine: () => {
      machines++
    },
    onMachineEnd: ignore,
    onTick: ignore,
    onOutcome: ignore,
    onOutput: ignore,
    onQueueEvent: ({ kind }) => {
      // All are alike, so the first that came is the first that starts.
      if (kind === 'assigned') waitedMs.push(world.clock.now() - world.startAt - jobs[waitedMs.length]![0])
    },
  })
  for (const arrival of scenario.arrivals) world.clock.startTimer(arrival.atMs, () => world.order(arrival))
  world.startAutoscaler()
  do {
    await settle()
    world.noticeNewMachines()
  } while (world.clock.step(world.startAt + 45 * MINUTE_MS))
  for (const process of world.processes) process.kill()
  return { machines, waitedMs }
}

test('the lean world plays a trace as the one with emulators behind HTTP does', {
  timeout: 60_000,
}, async () => {
  const jobs = someJobs()
  const http = await overHttp(jobs)
  const lean = await simulateTrace(traceOf(jobs), settingsOf(aTracePool(policy)))
  expect(http.waitedMs).toHaveLength(jobs.length)
  expect(lean.jobs.done).toBe(jobs.length)
  expect(Math.abs(lean.launches - http.machines)).toBeLessThanOrEqual(1)
  const meanMs = http.waitedMs.reduce((sum, each) => sum + each, 0) / jobs.length
  expect(Math.abs(lean.waiting.meanMs - meanMs)).toBeLessThan(0.1 * meanMs)
  expect(Math.abs(lean.waiting.maxMs - Math.max(...http.waitedMs))).toBeLessThan(5_000)
})
