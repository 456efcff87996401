import { Transient } from '@woodpeckers/autoscaler-core'
import { aMachine, anAgent, aPool, aTask, ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { describe, expect, test } from 'vitest'
import { aReport } from '../a-report.test-setup.ts'
import { Site } from '../a-site.test-setup.ts'
import { Metrics } from './index.ts'

function quiet(): { readonly metrics: Metrics; readonly clock: ManualClock } {
  const clock = new ManualClock()
  return { clock, metrics: new Metrics({ clock, version: '1.2.3', ofProcess: false }) }
}

describe('a burst of jobs', () => {
  test('shows in waits, boots, decisions, outcomes and utilisation', async () => {
    await using site = new Site()
    site.world.start()
    await site.world.seconds(15)
    site.world.server.addTasks(4, { durationMs: 60_000 })
    await site.world.minutes(16)
    const metric = (name: string, ...labels: readonly string[]) => site.metric(name, ...labels)
    expect(await metric('queue_wait_seconds_count', 'pool="1"')).toBe(4)
    const waited = site.world.server.tasks.reduce(
      (sum, { startedAt, createdAt }) => sum + startedAt! - createdAt,
      0,
    )
    // Each start is seen by the look that follows it: within an interval of ten seconds.
    const seen = (await metric('queue_wait_seconds_sum')) - waited / 1_000
    expect(seen).toBeGreaterThanOrEqual(0)
    expect(seen).toBeLessThan(40)
    for (const phase of ['asked-to-created', 'created-to-connected', 'connected-to-work'])
      expect(await metric('boot_phase_seconds_count', `phase="${phase}"`)).toBe(4)
    expect(await metric('boot_phase_seconds_sum', 'phase="created-to-connected"')).toBeGreaterThanOrEqual(80)
    expect(await metric('decisions_total', 'kind="launch"', 'because="demand"')).toBe(4)
    expect(await metric('outcomes_total', 'kind="launch"', 'result="done"')).toBe(4)
    expect(await metric('outcomes_total', 'kind="terminate"', 'result="done"')).toBe(4)
    const busy = await metric('busy_slot_seconds_total')
    expect(busy).toBeGreaterThan(200)
    expect(busy).toBeLessThan(280)
    expect(await metric('paid_slot_seconds_total')).toBeGreaterThan(4 * 600)
    expect(await metric('ticks_total')).toBe(site.world.reports.length)
    expect(await metric('cost_total', 'currency="EUR"')).toBeCloseTo(await metric('spent_today'), 9)
  })

  test('shows in tasks, slots and machines while it lasts', async () => {
    await using site = new Site({ pool: { min: 1, max: 3 } })
    site.world.start()
    await site.world.minutes(2)
    site.world.server.addTasks(4)
    await site.world.seconds(11)
    expect(await site.metric('tasks', 'state="running"')).toBe(1)
    expect(await site.metric('tasks', 'state="pending"')).toBe(3)
    expect(await site.metric('machines', 'state="booting"')).toBe(2)
    expect(await site.metric('machines', 'state="busy"')).toBe(1)
    expect(await site.metric('slots', 'kind="busy"')).toBe(1)
    expect(await site.metric('slots', 'kind="booting"')).toBe(2)
    expect(await site.metric('demanded_slots')).toBe(3)
    expect(await site.metric('pending_tasks', 'because="at-max"')).toBe(1)
    expect(await site.metric('holds', 'cause="at-max"')).toBe(1)
    expect(await site.metric('pool_min_machines')).toBe(1)
    expect(await site.metric('pool_max_machines')).toBe(3)
    expect(await site.metric('hourly_cost', 'pool="1"', 'currency="EUR"')).toBeCloseTo(0.18)
  })
})

test('a task that came and started between two looks did not wait longer than they are apart', async () => {
  const { metrics } = quiet()
  const agent = anAgent()
  const there = { agents: [agent], machines: [aMachine()] }
  metrics.onTick(aReport(there))
  // It was asked for long ago, and waited for another task since then.
  const tasks = [aTask({ state: 'running', agentId: agent.id, createdAt: 0 })]
  metrics.onTick(aReport({ ...there, tick: 2, at: 10, tasks }))
  expect(await metrics.text()).toMatch(/queue_wait_seconds_sum\{pool="1"\} 10\n/)
})

test('what ran before the process began has waited before it, too', async () => {
  const { metrics } = quiet()
  const agent = anAgent()
  const tasks = [aTask({ state: 'running', agentId: agent.id })]
  metrics.onTick(aReport({ agents: [agent], machines: [aMachine()], tasks }))
  expect(await metrics.text()).toMatch(/queue_wait_seconds_count\{pool="1"\} 0\n/)
})

test('work on an agent that is not ours has no pool', async () => {
  const { metrics } = quiet()
  const agent = anAgent({ name: 'by-hand' })
  metrics.onTick(aReport({ agents: [agent] }))
  const tasks = [aTask({ state: 'running', agentId: agent.id })]
  metrics.onTick(aReport({ tick: 2, at: 10, agents: [agent], tasks }))
  expect(await metrics.text()).toMatch(/queue_wait_seconds_count\{pool=""\} 1\n/)
})

test('what cannot be read is nothing, and not zero', async () => {
  const { metrics } = quiet()
  metrics.onTick(aReport({ tasks: [aTask()] }))
  expect(await metrics.text()).toMatch(/tasks\{state="pending"\} 1/)
  expect(await metrics.text()).toMatch(/snapshot_whole 1/)
  metrics.onTick(aReport({ tick: 2, at: 10, tasks: new Transient('away') }))
  expect(await metrics.text()).not.toMatch(/autoscaler_tasks\{/)
  expect(await metrics.text()).toMatch(/snapshot_whole 0/)
  expect(await metrics.text()).toMatch(/holds\{cause="queue-unknown"\} 1/)
})

test.each([
  ['the queue', { tasks: new Transient('away') }],
  ['the agents', { agents: new Transient('away') }],
  ['the machines', { machines: new Transient('away') }],
])('what machines do, and what is wanted of them, is nothing while %s cannot be read', async (_, unknown) => {
  const { metrics } = quiet()
  const there = { agents: [anAgent()], machines: [aMachine()], tasks: [aTask()] }
  metrics.onTick(aReport(there))
  const known = await metrics.text()
  for (const name of ['demanded_slots', 'slots', 'machines']) expect(known).toContain(`autoscaler_${name}{`)
  metrics.onTick(aReport({ tick: 2, at: 10, ...there, ...unknown }))
  expect(await metrics.text()).not.toMatch(/autoscaler_(demanded_slots|slots|machines)\{/)
})

test('the age of the snapshot rises while the loop stands still', async () => {
  const { metrics, clock } = quiet()
  metrics.onTick(aReport())
  await clock.advance(90_000)
  expect(await metrics.text()).toMatch(/snapshot_age_seconds 90\n/)
})

test('a pool that is forgotten is in no gauge any more', async () => {
  const { metrics } = quiet()
  metrics.onTick(aReport({ pools: [aPool(), aPool({ id: 'old' })] }))
  metrics.onTick(aReport({ tick: 2, at: 10 }))
  expect(await metrics.text()).not.toMatch(/(machines|slots|hourly_cost)\{pool="old"/)
})

test('no label has values without end, whatever machines, tasks and providers are called', async () => {
  const { metrics } = quiet()
  const report = (count: number, tick: number) => {
    const names = Array.from({ length: count }, (_, at) => `pool-1-agent-${tick}x${at}`)
    return aReport({
      tick,
      at: tick * 10,
      agents: names.map((name) => anAgent({ name })),
      machines: names.map((name, at) =>
        aMachine({ name, hourlyPrice: { amount: 1, currency: `C${tick}${at}` } }),
      ),
      tasks: names.map((name) =>
        aTask({ id: name, title: name, labels: { [name]: name, repo: `acme/${name}` } }),
      ),
    })
  }
  const series = async () => (await metrics.text()).split('\n').filter((line) => /^[a-z]/.test(line)).length
  for (const tick of [1, 2, 3]) metrics.onTick(report(10, tick))
  const few = await series()
  for (const tick of [4, 5, 6]) metrics.onTick(report(1_000, tick))
  expect(await series()).toBe(few)
  expect(await metrics.text()).not.toMatch(/pool-1-agent|acme/)
})

test('it says which version runs', async () => {
  expect(await quiet().metrics.text()).toContain(
    `woodpecker_autoscaler_build_info{version="1.2.3",node_version="${process.version}"} 1`,
  )
})

test('two do not share anything', async () => {
  const [one, other] = [quiet().metrics, quiet().metrics]
  one.onTick(aReport())
  expect(await one.text()).toMatch(/ticks_total 1/)
  expect(await other.text()).toMatch(/ticks_total 0/)
})

test('who asks at the same time gets the same', async () => {
  const { metrics } = quiet()
  metrics.onTick(aReport({ tasks: [aTask()] }))
  const [one, other] = await Promise.all([metrics.text(), metrics.text()])
  expect(one).toBe(other)
  expect(one).toMatch(/tasks\{state="pending"\} 1/)
})

test('memory and processor of the process are there where they are wanted', async () => {
  const metrics = new Metrics({ clock: new ManualClock(), version: '1' })
  expect(await metrics.text()).toMatch(/process_resident_memory_bytes \d/)
  expect((await metrics.text()).match(/^# TYPE process_resident_memory_bytes/gm)).toHaveLength(1)
  expect(await quiet().metrics.text()).not.toMatch(/process_/)
})
