import type {
  EventView,
  HistoryView,
  MachineStatus,
  PoolStatus,
  StatusView,
  TaskStatus,
} from '@woodpeckers/autoscaler-observer'
import { costOf, euros, spentToday } from './fixture-costs.ts'
import { eventsOf } from './fixture-events.ts'
import { comesLater, runningTask, titleOf, waitingTask } from './fixture-tasks.ts'
import { type FixturePool, type FleetLife, type LiveMachine, liveFleet } from './fleet-life.ts'

/** All that the HTTP interface answers, of one fleet at one time. */
export interface FixtureViews {
  readonly status: StatusView
  readonly history: HistoryView
  readonly events: readonly EventView[]
}

const HOUR_MS = 3_600_000

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
