import { sleep, systemClock, type TickReport } from '@woodpeckers/autoscaler-core'
import { simulateTrace, type Trace } from '@woodpeckers/autoscaler-traces'
import { offerOf } from '@woodpeckers/autoscaler-woodpecker'
import { expect, test } from 'vitest'
import { createDemoWorld, DEMO_INTERVAL_MS, demoPolicy } from '../apps/cli/src/demo/demo-world.ts'
import { fastClock } from '../apps/cli/src/demo/fast-clock.ts'

const SPEED = 16
const BOOT_MS = 30_000

const policy = demoPolicy(offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' }))

/** Three pushes of jobs that are alike: whichever of the idle agents gets one, as many are as old afterwards. */
const pushes = [
  { atMs: 15_000, jobs: 4, durationMs: 60_000 },
  { atMs: 135_000, jobs: 2, durationMs: 105_000 },
  { atMs: 215_000, jobs: 6, durationMs: 45_000 },
]

interface Decision {
  readonly atMs: number
  readonly what: string
}

function decisionsOf({ snapshot, plan }: TickReport, startAt: number): readonly Decision[] {
  return plan.actions.map(({ kind, because }) => ({
    atMs: snapshot.takenAt - startAt,
    what: `${kind}: ${because}`,
  }))
}

/** The real engine on a fast clock, with a server behind real HTTP, and agents that talk to it so. */
async function live(): Promise<readonly Decision[]> {
  const clock = fastClock(systemClock, SPEED)
  const decisions: Decision[] = []
  const startAt = clock.now()
  const { server, cloud, run, close } = await createDemoWorld(
    { clock, random: Math.random, patience: SPEED, bootMs: () => BOOT_MS, callMs: 0 },
    { onTick: (report) => decisions.push(...decisionsOf(report, startAt)), onOutcome: () => {} },
  )
  const stop = new AbortController()
  const running = run(stop.signal)
  try {
    for (const { atMs, jobs, durationMs } of pushes) {
      await sleep(clock, startAt + atMs - clock.now())
      const workflows = Array.from({ length: jobs }, (_, at) => ({ name: `job-${at}`, durationMs }))
      server.createPipeline({ repo: 'acme/app', workflows })
    }
    while (clock.now() - startAt < 600_000 && cloud.machines.length > 0) await sleep(clock, 1_000)
    return decisions
  } finally {
    stop.abort()
    await running
    await close()
  }
}

/** The same by `simulate`. */
async function simulated(): Promise<readonly Decision[]> {
  const trace: Trace = {
    version: 1,
    startAt: Date.UTC(2026, 0, 5),
    spanMs: 0,
    arrivals: pushes.flatMap(({ atMs, jobs, durationMs }) =>
      Array.from({ length: jobs }, () => ({
        atMs,
        labels: { repo: 'acme/app', 'org-id': '1' },
        durationMs,
      })),
    ),
  }
  const decisions: Decision[] = []
  const pools = [{ policy, boot: { p50Ms: BOOT_MS, p95Ms: BOOT_MS } }]
  const onTick = (report: TickReport) => decisions.push(...decisionsOf(report, trace.startAt))
  await simulateTrace(trace, { pools, intervalMs: DEMO_INTERVAL_MS, seed: 1 }, { onTick })
  return decisions
}

/**
 * A decision that no event asks for, such as that an agent was idle for long enough, is taken by the next tick: up to
 * an interval later by one of the two. Calls over a network take time on top, and on a fast clock much of it.
 */
const WITHIN_MS = DEMO_INTERVAL_MS + 8_000

test('the engine in real time, over real HTTP, decides what a simulation says it will', {
  // A computer that stands still for a second is asleep for a quarter of a minute on that clock.
  retry: 2,
}, async () => {
  const sorted = (decisions: readonly Decision[]) =>
    decisions.toSorted((one, other) =>
      one.what === other.what ? one.atMs - other.atMs : one.what < other.what ? -1 : 1,
    )
  const [decided, expected] = [sorted(await live()), sorted(await simulated())]
  expect(decided.map(({ what }) => what)).toEqual(expected.map(({ what }) => what))
  expect(decided.filter(({ what }) => what === 'launch: demand')).toHaveLength(10)
  expect(decided.filter(({ what }) => what === 'terminate: drained')).toHaveLength(10)
  for (const [at, { what, atMs }] of decided.entries())
    expect(Math.abs(atMs - expected[at]!.atMs), `${what} after ${atMs} ms`).toBeLessThanOrEqual(WITHIN_MS)
})
