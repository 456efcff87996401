import { expect, test } from 'vitest'
import { MADE_FROM } from '../evidence/label-differences.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Outcome, TickReport } from '../model/report.ts'
import { silentLog } from '../ports/log.ts'
import { aPool } from '../testing/builders.ts'
import { FakeCiServer } from '../testing/fake-ci-server.ts'
import { FakeCloud } from '../testing/fake-cloud.ts'
import { createFakeProvider } from '../testing/fake-provider.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Autoscaler } from './autoscaler.ts'
import { createAutoscaler } from './create-autoscaler.ts'

const MINUTE_MS = 60_000

/** A pool of two machines at one server and one cloud, for any number of processes. */
class SharedPool {
  readonly clock: ManualClock = new ManualClock()
  readonly server: FakeCiServer = new FakeCiServer({ clock: this.clock })
  readonly cloud: FakeCloud = new FakeCloud({
    clock: this.clock,
    bootDelayMs: 20_000,
    onBoot: ({ name }) => {
      const agent = this.server.connect(name)
      return () => agent.kill()
    },
  })
  #chance = 0

  start(more: Partial<PoolPolicy>): SharedProcess {
    const offer = this.server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' })
    const policy = { ...aPool({ min: 2, max: 4, ...more }), offer }
    const process = new SharedProcess()
    process.run(
      createAutoscaler({
        server: this.server,
        pools: [
          {
            policy,
            provider: createFakeProvider(this.cloud, { pool: policy.id }),
            agent: { labels: {}, image: undefined, environment: {}, renderUserData: () => '' },
          },
        ],
        caution: {
          graceAfterRestartMs: 300_000,
          longestPipelineMs: 0,
          listLagMs: 120_000,
          poweredOffMs: 20_000,
        },
        intervalMs: 10_000,
        clock: this.clock,
        random: () => (this.#chance = (this.#chance + 0.377) % 1),
        log: silentLog,
        onTick: (report) => process.reports.push(report),
        onOutcome: (outcome) => process.outcomes.push(outcome),
      }),
    )
    return process
  }

  minutes(count: number): Promise<void> {
    return this.clock.advance(count * MINUTE_MS)
  }

  async stop(...processes: readonly SharedProcess[]): Promise<void> {
    for (const process of processes) process.abort()
    await this.minutes(1)
    await Promise.all(processes.map(({ ended }) => ended))
  }
}

class SharedProcess {
  readonly outcomes: Outcome[] = []
  readonly reports: TickReport[] = []
  readonly #stop = new AbortController()
  ended: Promise<void> = Promise.resolve()

  run(autoscaler: Autoscaler): void {
    this.ended = autoscaler.run(this.#stop.signal)
  }

  abort(): void {
    this.#stop.abort()
  }

  /** How often it began to renew a machine. */
  get renewals(): number {
    return this.outcomes.filter(
      ({ action, result }) =>
        result === 'done' &&
        action.kind === 'cordon' &&
        action.round === 'first' &&
        (action.because === 'drifted' || action.because === 'max-age'),
    ).length
  }

  get says(): readonly string[] {
    const holds = this.reports.flatMap(({ plan }) => plan.holds)
    return holds.filter(({ because }) => because === 'running-twice').map(({ reason }) => reason)
  }
}

/** Returns how many machines the processes create in eight hours. */
async function machinesOf(policies: readonly Partial<PoolPolicy>[]): Promise<number> {
  const shared = new SharedPool()
  const processes: SharedProcess[] = []
  for (const policy of policies) {
    processes.push(shared.start(policy))
    await shared.minutes(10)
  }
  await shared.minutes(8 * 60)
  await shared.stop(...processes)
  return shared.cloud.history.length
}

test('two processes with different settings do not renew each other’s machines', async () => {
  expect(await machinesOf([{ madeFrom: 'one' }, { madeFrom: 'other' }])).toBeLessThanOrEqual(12)
})

test('nor do they renew more for age than one of them would alone', async () => {
  const short = { maxAgeMs: 40 * 60_000 }
  const alone = await machinesOf([short])
  expect(await machinesOf([{ maxAgeMs: 4 * 3_600_000 }, short])).toBeLessThanOrEqual(alone)
})

test.each([
  ['for changed settings', { madeFrom: 'other' }],
  ['for age', { madeFrom: 'one', maxAgeMs: 5 * MINUTE_MS }],
] as const)('a cordon %s that somebody else lifts is not set again and again', async (_, differs) => {
  const shared = new SharedPool()
  const full = { madeFrom: 'one', min: 2, max: 2, buffer: { slots: 2 } }
  const before = shared.start(full)
  await shared.minutes(10)
  await shared.stop(before)
  const made = shared.cloud.history.length
  // Neither has created a machine, and both need the two there are.
  const other = shared.start({ ...full, ...differs })
  await shared.minutes(2)
  const one = shared.start(full)
  await shared.minutes(2 * 60)
  await shared.stop(one, other)
  expect(shared.cloud.history.length - made).toBeLessThanOrEqual(4)
  expect(other.renewals).toBeGreaterThan(0)
  expect(other.renewals).toBeLessThanOrEqual(2 + 2)
  const names = shared.cloud.history.map(({ name }) => name)
  expect(other.says.some((reason) => names.some((name) => reason.includes(name)))).toBe(true)
})

test('a machine that another process has created in our first minutes is left alone for a while', async () => {
  const shared = new SharedPool()
  const one = shared.start({ madeFrom: 'one', min: 1, max: 6 })
  await shared.minutes(10)
  const other = shared.start({ madeFrom: 'other', min: 1, max: 6 })
  await shared.minutes(2)
  // Only the old process sees the task first.
  shared.server.addTasks(3, { durationMs: 2 * MINUTE_MS })
  await shared.minutes(8)
  expect(one.outcomes.some(({ action }) => action.kind === 'launch' && action.because === 'demand')).toBe(
    true,
  )
  expect(other.renewals).toBe(0)
  await shared.stop(one, other)
})

test('a single cordon that a heartbeat undoes delays its renewal by some minutes', async () => {
  const shared = new SharedPool()
  const one = shared.start({ madeFrom: 'one' })
  await shared.minutes(10)
  await shared.stop(one)
  shared.server.revertNextCordon()
  const other = shared.start({ madeFrom: 'other' })
  await shared.minutes(12)
  expect(other.renewals).toBe(1)
  await shared.minutes(40)
  expect(shared.server.agents.map(({ labels }) => labels?.[MADE_FROM])).toEqual(['other', 'other'])
  expect(other.says).toEqual([])
  await shared.stop(other)
})

test('an update that runs both for some minutes renews all machines in the end', async () => {
  const shared = new SharedPool()
  const one = shared.start({ madeFrom: 'one', min: 3, max: 6 })
  await shared.minutes(30)
  const other = shared.start({ madeFrom: 'other', min: 3, max: 6 })
  await shared.minutes(2)
  shared.server.addTasks(5, { durationMs: MINUTE_MS })
  await shared.minutes(1)
  await shared.stop(one)
  await shared.minutes(40)
  const madeFrom = shared.server.agents.map(({ labels }) => labels?.[MADE_FROM])
  expect(madeFrom).toEqual(['other', 'other', 'other'])
  expect(other.says).toEqual([])
  await shared.stop(other)
})
