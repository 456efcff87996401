import { OfferingUnavailable, Transient } from '@woodpeckers/autoscaler-core'
import { expect, test } from 'vitest'
import { Site } from './a-site.test-setup.ts'

/** Numbers that look like chance, the same each time (a linear congruential generator). */
function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

function mishap({ world }: Site, chance: number): void {
  if (chance < 0.1) world.cloud.failNext('create', new Transient('no'), 3)
  else if (chance < 0.15) world.cloud.failNext('create', new OfferingUnavailable('sold out'), 2)
  else if (chance < 0.2) world.cloud.failNext('remove', new Transient('no'), 2)
  else if (chance < 0.25) world.cloud.failNext('list', new Transient('no'), 3)
  else if (chance < 0.3) world.server.unreachableFor(60_000)
  else if (chance < 0.35) world.server.restart({ awayMs: 20_000 })
  else if (chance < 0.4) for (const { name } of world.cloud.machines.slice(0, 1)) world.cloud.vanish(name)
  else if (chance < 0.45) for (const { name } of world.cloud.machines.slice(0, 1)) world.cloud.stop(name)
}

for (const seed of [1, 2, 3, 4]) {
  test(`through storm ${seed} it stays true to itself`, async () => {
    const chance = chanceOf(seed)
    const parked = seed % 2 === 0 ? { max: 2, forMs: 600_000 } : { max: 0, forMs: 0 }
    await using site = new Site({
      pool: { min: 1, max: 5, idleTimeoutMs: 120_000, parked, billing: seed > 2 ? 'hour' : 'second' },
    })
    const { world, observer } = site
    const told: number[] = []
    observer.subscribe(({ events }) => told.push(...events.map(({ seq }) => seq)))
    // An order at a cloud takes its time.
    world.cloud.slowDown('create', 700)
    world.start()
    for (let minute = 0; minute < 60; minute++) {
      mishap(site, chance())
      if (chance() < 0.5) world.server.addTasks(Math.ceil(chance() * 4), { durationMs: chance() * 300_000 })
      await world.minutes(1)
      holdsTogether(site)
    }
    // Every event was told once, in order.
    await world.seconds(1)
    expect(told).toEqual(told.map((_, at) => at + 1))
    expect(told.at(-1)).toBe(observer.events().at(-1)?.seq)
    const [today] = observer.status().cost.today
    expect(await site.metric('cost_total')).toBeCloseTo(today!.amount, 6)
    expect(await site.metric('idle_cost_total')).toBeLessThanOrEqual(today!.amount)
    expect(await site.metric('busy_slot_seconds_total')).toBeLessThanOrEqual(
      await site.metric('paid_slot_seconds_total'),
    )
    expect(await site.metric('queue_wait_seconds_count')).toBeGreaterThan(10)
  })
}

function holdsTogether({ observer, world }: Site): void {
  const status = observer.status()
  const now = world.clock.now()
  expect(status.verdict.sentence).toMatch(/^[A-Z0-9p].+\.$/)
  for (const { machines, busySlots, costToday } of status.pools) {
    expect(busySlots).toBe(machines.reduce((sum, { running }) => sum + running, 0))
    for (const { cost, tasks, running } of machines) {
      if (cost) expect(cost.amount).toBeGreaterThanOrEqual(0)
      expect(tasks.length).toBe(running)
    }
    for (const { amount } of costToday)
      expect(amount).toBeLessThanOrEqual(status.cost.today[0]!.amount + 1e-9)
  }
  for (const { sinceAt, reason, because, state } of status.tasks) {
    if (sinceAt !== undefined) expect(sinceAt).toBeLessThanOrEqual(now)
    if (state !== 'running') expect([reason, because]).toEqual([expect.any(String), expect.any(String)])
  }
  for (const { fromAt, toAt = now, phases } of observer.history().machines) {
    expect(fromAt).toBeLessThanOrEqual(toAt)
    expect(phases[0]?.fromAt).toBe(fromAt)
    for (const [at, { doing, fromAt: from }] of phases.entries()) {
      expect(doing).not.toBe(phases[at - 1]?.doing)
      expect(from).toBeLessThanOrEqual(toAt)
      expect(from).toBeGreaterThanOrEqual(phases[at - 1]?.fromAt ?? 0)
    }
  }
}
