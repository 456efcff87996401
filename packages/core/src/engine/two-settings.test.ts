import { expect, test } from 'vitest'
import type { PoolPolicy } from '../model/pool.ts'
import { silentLog } from '../ports/log.ts'
import { aPool } from '../testing/builders.ts'
import { FakeCiServer } from '../testing/fake-ci-server.ts'
import { FakeCloud } from '../testing/fake-cloud.ts'
import { createFakeProvider } from '../testing/fake-provider.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Autoscaler } from './autoscaler.ts'
import { createAutoscaler } from './create-autoscaler.ts'

/** Two processes for one pool, each with settings of its own; returns how many machines they make in eight hours. */
async function machinesOf(policies: readonly Partial<PoolPolicy>[]): Promise<number> {
  const clock = new ManualClock()
  const server = new FakeCiServer({ clock })
  const cloud = new FakeCloud({
    clock,
    bootDelayMs: 20_000,
    onBoot: ({ name }) => {
      const agent = server.connect(name)
      return () => agent.kill()
    },
  })
  let chance = 0
  const start = (more: Partial<PoolPolicy>): Autoscaler => {
    const offer = server.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' })
    const policy = { ...aPool({ min: 2, max: 4, ...more }), offer }
    const provider = createFakeProvider(cloud, { pool: policy.id })
    const agent = { labels: {}, image: undefined, environment: {}, renderUserData: () => '' }
    return createAutoscaler({
      server,
      pools: [{ policy, provider, agent }],
      caution: {
        graceAfterRestartMs: 300_000,
        longestPipelineMs: 0,
        listLagMs: 120_000,
        poweredOffMs: 20_000,
      },
      intervalMs: 10_000,
      clock,
      random: () => (chance = (chance + 0.377) % 1),
      log: silentLog,
    })
  }
  const stop = new AbortController()
  const running: Promise<void>[] = []
  for (const policy of policies) {
    running.push(start(policy).run(stop.signal))
    await clock.advance(10 * 60_000)
  }
  await clock.advance(8 * 3_600_000)
  stop.abort()
  await clock.advance(60_000)
  await Promise.all(running)
  return cloud.history.length
}

test('two processes with different settings do not renew each other’s machines', async () => {
  expect(await machinesOf([{ madeFrom: 'one' }, { madeFrom: 'other' }])).toBeLessThanOrEqual(12)
})

test('nor do they renew more for age than one of them would alone', async () => {
  const short = { maxAgeMs: 40 * 60_000 }
  const alone = await machinesOf([short])
  expect(await machinesOf([{ maxAgeMs: 4 * 3_600_000 }, short])).toBeLessThanOrEqual(alone)
})
