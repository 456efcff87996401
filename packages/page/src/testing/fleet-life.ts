import type { MachineBar, Phase, Sample } from '@woodpeckers/autoscaler-observer'
import { chanceOf } from './chance.ts'

/** A pool of the fixtures, and what its tasks are like. */
export interface FixturePool {
  readonly id: string
  readonly min: number
  readonly max: number
  readonly offering: string
  readonly hourlyPrice: number
  readonly jobsPerHour: number
  readonly jobMinutes: number
  /** How much more comes by day than by night. */
  readonly swing: number
}

export interface FleetLife {
  readonly samples: readonly Sample[]
  readonly machines: readonly MachineBar[]
  /** Those that are there at the end. */
  readonly present: readonly LiveMachine[]
  /** Tasks that wait at the end, by pool: since when. */
  readonly waiting: readonly (readonly number[])[]
}

export interface LiveMachine {
  readonly pool: number
  readonly name: string
  readonly fromAt: number
  doing: Phase['doing']
  sinceAt: number
  /** Of one that boots or is busy: until when. */
  untilAt: number
  readonly phases: Phase[]
}

const STEP_MS = 30_000
const HOUR_MS = 3_600_000
const IDLE_MS = 5 * 60_000
const DRAIN_MS = 25_000

/** The life of a fleet as a plain autoscaler would lead it: not the real one, but with bars and areas like its own. */
export function liveFleet(
  pools: readonly FixturePool[],
  hours: number,
  now: number,
  seed: number,
): FleetLife {
  const chance = chanceOf(seed)
  const samples: Sample[] = []
  const machines: MachineBar[] = []
  let present: LiveMachine[] = []
  const waiting: number[][] = pools.map(() => [])
  let names = 0
  const become = (machine: LiveMachine, doing: Phase['doing'], at: number, untilAt: number): void => {
    machine.doing = doing
    machine.sinceAt = at
    machine.untilAt = untilAt
    machine.phases.push({ fromAt: at, doing })
  }
  const launch = (pool: number, at: number): void => {
    names += 1
    const name = `pool-${pools[pool]!.id}-agent-${(names * 7919).toString(36).padStart(5, 'x')}`
    const machine: LiveMachine = {
      pool,
      name,
      fromAt: at,
      doing: 'booting',
      sinceAt: at,
      untilAt: 0,
      phases: [],
    }
    const isLost = chance() < 0.008
    become(machine, 'booting', at, at + (isLost ? HOUR_MS : 50_000 + chance() * 70_000))
    present.push(machine)
  }
  for (let at = now - hours * HOUR_MS; at <= now; at += STEP_MS) {
    pools.forEach((pool, place) => {
      const byDay = 1 + pool.swing * Math.sin(((at / HOUR_MS - 8) / 24) * 2 * Math.PI)
      const burst = Math.floor(at / 600_000) % 11 === place * 3 ? 3 : 1
      const expected = ((pool.jobsPerHour * STEP_MS) / HOUR_MS) * Math.max(0.05, byDay) * burst
      for (let rest = expected; rest > 0; rest -= 1) if (chance() < rest) waiting[place]!.push(at)
    })
    for (const machine of present) {
      const age = at - machine.sinceAt
      const pool = pools[machine.pool]!
      const queue = waiting[machine.pool]!
      const lastsMs = pool.jobMinutes * 60_000 * (0.3 - Math.log(1 - chance() * 0.98))
      if (machine.doing === 'booting' && at >= machine.untilAt) become(machine, 'idle', at, 0)
      else if (machine.doing === 'booting' && age > 10 * 60_000) become(machine, 'trouble', at, at + 120_000)
      else if (machine.doing === 'busy' && at >= machine.untilAt && queue.length > 0) {
        queue.shift()
        machine.untilAt = at + lastsMs
      } else if (machine.doing === 'busy' && at >= machine.untilAt) become(machine, 'idle', at, 0)
      if (machine.doing === 'idle' && queue.length > 0) {
        queue.shift()
        become(machine, 'busy', at, at + lastsMs)
      } else if (machine.doing === 'idle' && at - machine.sinceAt > IDLE_MS) {
        const count = present.filter((each) => each.pool === machine.pool && each.doing !== 'draining').length
        if (count > pool.min) become(machine, 'draining', at, at + DRAIN_MS)
      }
    }
    const ended = present.filter(
      ({ doing, untilAt }) => (doing === 'draining' || doing === 'trouble') && at >= untilAt,
    )
    machines.push(...ended.map((machine) => barOf(machine, pools, at)))
    present = present.filter((machine) => !ended.includes(machine))
    pools.forEach((pool, place) => {
      const own = present.filter((machine) => machine.pool === place)
      const booting = own.filter(({ doing }) => doing === 'booting').length
      const wanted = Math.max(waiting[place]!.length - booting, pool.min - own.length)
      for (let more = Math.min(wanted, pool.max - own.length, 10); more > 0; more -= 1) launch(place, at)
    })
    samples.push(sampleOf(at, pools, present, waiting))
  }
  machines.push(...present.map((machine) => barOf(machine, pools)))
  return { samples, machines, present, waiting }
}

function barOf(
  { name, pool, fromAt, phases }: LiveMachine,
  pools: readonly FixturePool[],
  toAt?: number,
): MachineBar {
  const { id, offering } = pools[pool]!
  return { name, pool: id, fromAt, ...(toAt !== undefined && { toAt }), phases, offering }
}

function sampleOf(
  at: number,
  pools: readonly FixturePool[],
  present: readonly LiveMachine[],
  waiting: readonly (readonly number[])[],
): Sample {
  const of = (doing: Phase['doing']): readonly number[] =>
    pools.map((_, place) => present.filter((each) => each.pool === place && each.doing === doing).length)
  return {
    at,
    demand: waiting.map((tasks) => tasks.length),
    busy: of('busy'),
    free: of('idle'),
    booting: of('booting'),
    draining: of('draining'),
    pending: waiting.reduce((sum, tasks) => sum + tasks.length, 0),
  }
}
