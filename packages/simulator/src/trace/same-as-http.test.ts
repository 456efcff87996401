import type { TickReport } from '@woodpeckers/autoscaler-core'
import { aPool } from '@woodpeckers/autoscaler-core/testing'
import { settle, simulateTrace, streamOf, type Trace, type TraceResult } from '@woodpeckers/autoscaler-traces'
import { expect, test } from 'vitest'
import type { Scenario } from '../scenario/scenario.ts'
import { World } from '../world/world.ts'

const MINUTE_MS = 60_000
const BOOT_MS = 40_000
const policy = { max: 12, idleTimeoutMs: 2 * MINUTE_MS, workflowsPerAgent: 1 }

type Jobs = readonly (readonly [atMs: number, durationMs: number])[]

/** What was decided: when, since the beginning, and what. */
interface Decision {
  readonly atMs: number
  readonly what: string
}

interface Played {
  readonly machines: number
  /** Of each job in the order of their starts. */
  readonly waitedMs: readonly number[]
  readonly decisions: readonly Decision[]
}

function decisionsOf({ snapshot, plan }: TickReport, startAt: number): readonly Decision[] {
  return plan.actions.map(({ kind, because }) => ({
    atMs: snapshot.takenAt - startAt,
    what: `${kind}: ${because}`,
  }))
}

/** The world with emulated servers and agents behind HTTP. */
async function overHttp(jobs: Jobs): Promise<Played> {
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
  const decisions: Decision[] = []
  let machines = 0
  const ignore = () => {}
  const world = new World(scenario, {
    onMachine: () => {
      machines++
    },
    onMachineEnd: ignore,
    onTick: (_process, report) => decisions.push(...decisionsOf(report, world.startAt)),
    onOutcome: ignore,
    onOutput: ignore,
    onCall: () => {},
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
  return { machines, waitedMs, decisions }
}

async function lean(jobs: Jobs): Promise<TraceResult & { readonly decisions: readonly Decision[] }> {
  const trace: Trace = {
    version: 1,
    startAt: Date.UTC(2026, 0, 5),
    spanMs: jobs.at(-1)![0],
    arrivals: jobs.map(([atMs, durationMs]) => ({ atMs, labels: { repo: 'acme/app' }, durationMs })),
  }
  const pool = {
    policy: aPool(policy),
    boot: { p50Ms: BOOT_MS, p95Ms: BOOT_MS },
    hourlyPrice: { amount: 1, currency: 'EUR' },
  }
  const decisions: Decision[] = []
  const onTick = (report: TickReport) => decisions.push(...decisionsOf(report, trace.startAt))
  const result = await simulateTrace(trace, { pools: [pool], intervalMs: 10_000, seed: 1 }, { onTick })
  return { ...result, decisions }
}

/** Half an hour of pushes of one to six jobs. */
function someJobs(): Jobs {
  const random = streamOf(7, 'same as over HTTP')
  const pushes = Array.from({ length: 12 }, () => Math.floor(random() * 30 * MINUTE_MS)).sort((a, b) => a - b)
  return pushes.flatMap((atMs) =>
    Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
      const durationMs = Math.floor((0.3 + 3 * random()) * MINUTE_MS)
      return [atMs, durationMs] as const
    }),
  )
}

/** Three pushes of jobs that are alike: whichever of the idle agents gets one, as many are as old afterwards. */
const alike: Jobs = [
  ...Array.from({ length: 6 }, () => [MINUTE_MS, 4 * MINUTE_MS] as const),
  ...Array.from({ length: 3 }, () => [6.5 * MINUTE_MS, 3 * MINUTE_MS] as const),
  ...Array.from({ length: 8 }, () => [9 * MINUTE_MS, 2 * MINUTE_MS] as const),
]

/**
 * A job's event comes 300 ms after it by the lean server, and with the first frame of the stream over HTTP; a tick
 * follows at most once in two seconds.
 */
const WITHIN_MS = 2_500

test('the lean world decides the same as the one with emulators behind HTTP, each time within a wake-up', {
  timeout: 60_000,
}, async () => {
  const [http, same] = [await overHttp(alike), await lean(alike)]
  const sorted = ({ decisions }: { readonly decisions: readonly Decision[] }) =>
    decisions.toSorted((one, other) =>
      one.what === other.what ? one.atMs - other.atMs : one.what < other.what ? -1 : 1,
    )
  const [expected, decided] = [sorted(http), sorted(same)]
  expect(new Set(decided.map(({ what }) => what))).toEqual(
    new Set(['launch: demand', 'cordon: idle', 'cordon: carried-on', 'terminate: drained']),
  )
  expect(decided.map(({ what }) => what)).toEqual(expected.map(({ what }) => what))
  for (const [at, { atMs }] of decided.entries())
    expect(Math.abs(atMs - expected[at]!.atMs)).toBeLessThanOrEqual(WITHIN_MS)
})

// Which of several idle agents gets a job is chance here and there, and with it which one is idle for long.
test('where jobs differ, it makes as many machines, give or take one, and jobs wait as long', {
  timeout: 60_000,
}, async () => {
  const jobs = someJobs()
  const [http, same] = [await overHttp(jobs), await lean(jobs)]
  expect(http.waitedMs).toHaveLength(jobs.length)
  expect(same.jobs.done).toBe(jobs.length)
  expect(Math.abs(same.launches - http.machines)).toBeLessThanOrEqual(1)
  const meanMs = http.waitedMs.reduce((sum, each) => sum + each, 0) / jobs.length
  expect(Math.abs(same.waiting.meanMs - meanMs)).toBeLessThan(0.1 * meanMs)
  expect(Math.abs(same.waiting.maxMs - Math.max(...http.waitedMs))).toBeLessThan(5_000)
})
