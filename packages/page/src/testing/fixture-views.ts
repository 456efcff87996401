import type {
  CostStatus,
  EventView,
  HistoryView,
  MachineStatus,
  Phase,
  PoolStatus,
  StatusView,
  TaskStatus,
} from '@woodpeckers/autoscaler-observer'
import { type FixturePool, type FleetLife, type LiveMachine, liveFleet } from './fleet-life.ts'

/** All that the HTTP interface answers, of one fleet at one time. */
export interface FixtureViews {
  readonly status: StatusView
  readonly history: HistoryView
  readonly events: readonly EventView[]
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const repositories = ['acme/web', 'acme/api', 'acme/mobile', 'infra/images', 'docs/site'] as const
const steps = ['build', 'test', 'lint', 'e2e', 'release'] as const

export interface FixtureOptions {
  readonly pools: readonly FixturePool[]
  readonly hours: number
  readonly now: number
  readonly seed: number
}

/** A fleet that works as it should. */
export function fixtureViews({ pools, hours, now, seed }: FixtureOptions): FixtureViews {
  const life = liveFleet(pools, hours, now, seed)
  const statuses = pools.map((pool, place) => poolStatus(pool, place, life, now))
  const running = life.present.filter(({ doing }) => doing === 'busy')
  const waiting = life.waiting.flatMap((tasks, pool) => tasks.map((sinceAt) => ({ sinceAt, pool })))
  const tasks: readonly TaskStatus[] = [
    ...waiting.slice(0, 60).map(({ sinceAt, pool }, place) => waitingTask(sinceAt, pools[pool]!, place)),
    ...[4, 9, 21, 33].map((place) => ({ ...waitingTask(now, pools[0]!, place), ...comesLater })),
    ...running.slice(0, 60).map(runningTask),
  ]
  return {
    status: {
      version: 1,
      at: now,
      tick: 8_640,
      startedAt: now - hours * HOUR_MS,
      tookMs: 84,
      verdict: {
        level: 'good',
        sentence: 'All is well: no task waits for more than it takes to boot a machine.',
      },
      queue: { pending: waiting.length, running: running.length, waiting: 4 },
      pools: statuses,
      holds: [],
      tasks,
      moreTasks: waiting.length + 4 + running.length - tasks.length,
      cost: costOf(pools, life, now),
      orders: { paused: [], drainedPools: [], drained: [], replaced: [], protected: [] },
    },
    history: {
      version: 1,
      fromAt: now - hours * HOUR_MS,
      toAt: now,
      pools: pools.map(({ id }) => id),
      samples: life.samples,
      machines: life.machines,
    },
    events: eventsOf(life, pools, now),
  }
}

function poolStatus(pool: FixturePool, place: number, life: FleetLife, now: number): PoolStatus {
  const { present, waiting } = life
  const own = present.filter((machine) => machine.pool === place)
  const doing = (kind: LiveMachine['doing']): number => own.filter((machine) => machine.doing === kind).length
  return {
    id: pool.id,
    min: pool.min,
    max: pool.max,
    demand: waiting[place]!.length,
    busySlots: doing('busy'),
    freeSlots: doing('idle'),
    bootingSlots: doing('booting'),
    isPaused: false,
    isDraining: false,
    hourlyCost: [euros(own.length * pool.hourlyPrice)],
    costToday: [euros(spentToday([pool], life, now))],
    machines: own.map((machine) => machineStatus(machine, pool, now)),
  }
}

function machineStatus(machine: LiveMachine, pool: FixturePool, now: number): MachineStatus {
  const { name, doing, fromAt } = machine
  return {
    name,
    state: doing === 'trouble' ? 'lost' : doing,
    sinceAt: fromAt,
    running: doing === 'busy' ? 1 : 0,
    capacity: 1,
    tasks: doing === 'busy' ? [{ id: `run-${name}`, title: titleOf(name.length + fromAt) }] : [],
    offering: pool.offering,
    hourlyPrice: euros(pool.hourlyPrice),
    cost: euros(((now - fromAt) / HOUR_MS) * pool.hourlyPrice),
  }
}

function costOf(pools: readonly FixturePool[], life: FleetLife, now: number): CostStatus {
  const hourly = life.present.reduce((sum, { pool }) => sum + pools[pool]!.hourlyPrice, 0)
  const today = spentToday(pools, life, now)
  const sinceMidnightMs = now % DAY_MS
  return {
    hourly: [euros(hourly)],
    today: [euros(today)],
    projectedToday: [euros(today + (hourly * (DAY_MS - sinceMidnightMs)) / HOUR_MS)],
    idleToday: [euros(spentToday(pools, life, now, 'busy'))],
  }
}

/** Since midnight (UTC), in euros; but for what was paid while they did `except`. */
function spentToday(
  pools: readonly FixturePool[],
  { machines }: FleetLife,
  now: number,
  except?: Phase['doing'],
): number {
  const midnight = now - (now % DAY_MS)
  const prices = new Map(pools.map(({ id, hourlyPrice }) => [id, hourlyPrice]))
  let sum = 0
  for (const { pool, phases, toAt = now } of machines) {
    phases.forEach(({ doing, fromAt }, place) => {
      if (doing === except) return
      const ms = Math.max(0, (phases[place + 1]?.fromAt ?? toAt) - Math.max(fromAt, midnight))
      sum += (ms / HOUR_MS) * (prices.get(pool) ?? 0)
    })
  }
  return sum
}

const comesLater = {
  state: 'waiting',
  because: 'waiting',
  reason: 'It waits for another task of its pipeline, which runs.',
} as const

function waitingTask(sinceAt: number, pool: FixturePool, place: number): TaskStatus {
  return {
    id: `wait-${place}`,
    title: titleOf(place),
    state: 'pending',
    labels: { platform: 'linux/amd64', pool: pool.id },
    sinceAt,
    because: 'booting',
    reason: `A machine of ${pool.id} boots for it; that usually takes 1 min 20 s.`,
  }
}

function runningTask({ name, sinceAt, fromAt }: LiveMachine): TaskStatus {
  return {
    id: `run-${name}`,
    title: titleOf(name.length + fromAt),
    state: 'running',
    labels: { platform: 'linux/amd64' },
    sinceAt,
    agent: name,
  }
}

function titleOf(number: number): string {
  const place = Math.abs(Math.floor(number / 15)) % 997
  const repository = repositories[place % repositories.length]
  return `${repository}#${400 + (place % 90)} ${steps[(place >> 2) % steps.length]}`
}

function eventsOf({ machines }: FleetLife, pools: readonly FixturePool[], now: number): readonly EventView[] {
  const told: Omit<EventView, 'seq'>[] = []
  for (const { name, pool, fromAt, toAt } of machines.filter(({ fromAt }) => fromAt > now - HOUR_MS)) {
    const { offering } = pools.find(({ id }) => id === pool)!
    const base = { tick: Math.floor(fromAt / 15_000) % 10_000, pool, subject: name }
    told.push({
      ...base,
      at: fromAt,
      kind: 'decision',
      action: 'launch',
      because: 'demand',
      text: `Launch a machine in ${pool}: a task waits, and no slot is free or booting.`,
    })
    told.push({
      ...base,
      at: fromAt + 2_100,
      kind: 'outcome',
      action: 'launch',
      result: 'done',
      tookMs: 2_100,
      text: `${name} was launched as ${offering} in 2.1 s.`,
    })
    if (toAt === undefined) continue
    told.push({
      ...base,
      at: toAt,
      kind: 'outcome',
      action: 'terminate',
      result: 'done',
      tookMs: 900,
      text: `${name} was ended: it had no work for 5 min.`,
    })
  }
  return told.sort((one, other) => one.at - other.at).map((event, seq) => ({ ...event, seq }))
}

function euros(amount: number): { readonly amount: number; readonly currency: string } {
  return { amount, currency: 'EUR' }
}
