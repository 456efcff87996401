import type { FleetPolicy, PoolPolicy, Random, Schedule } from '@woodpeckers/autoscaler-core'
import { aPool } from '@woodpeckers/autoscaler-core/testing'
import { restingMachines } from '../world/resting.ts'
import type { PoolSetup, Scenario } from './scenario.ts'

const MINUTE_MS = 60_000

type Change = (random: Random) => Partial<PoolPolicy>

/** One by one, and together. */
const changes: readonly Change[] = [
  (random) => ({ priority: random() < 0.5 ? 1 : -1 }),
  (random) => ({ buffer: random() < 0.5 ? { slots: 1 + Math.floor(random() * 3) } : { share: 0.25 } }),
  () => ({ prewarm: true }),
  (random) => ({ scaleUpDelayMs: random() < 0.5 ? 15_000 : 90_000 }),
  (random) => ({ batch: 1 + Math.floor(random() * 2) }),
  () => ({ packing: true }),
  (random) => ({ maxAgeMs: (20 + Math.floor(random() * 30)) * MINUTE_MS }),
  (random) => ({ shrinkOrder: random() < 0.5 ? ['oldest'] : ['dearest', 'idlest'] }),
  () => ({ failingAfter: 3 }),
  (random) => ({ schedules: [makeSchedule(random)] }),
  () => ({ mode: 'ephemeral', workflowsPerAgent: 1, parked: { max: 0, forMs: 0 } }),
]

/** Most pools are plain; the others have some of everything. */
export function withPolicy(pool: PoolSetup, random: Random): PoolSetup {
  if (random() < 0.5) return { ...pool, policy: { ...pool.policy, madeFrom: 'v1' } }
  const chosen = changes.filter(() => random() < 0.25)
  const policy: Partial<PoolPolicy> = Object.assign({}, ...chosen.map((change) => change(random)))
  return { ...pool, policy: { ...pool.policy, madeFrom: 'v1', ...policy } }
}

/** Only in the first hour of the day, in which the storm is: then it is calm. */
function makeSchedule(random: Random): Schedule {
  return {
    cron: random() < 0.5 ? '*/15 0 * * *' : '20 0 * * *',
    timeZone: 'UTC',
    forMs: (3 + Math.floor(random() * 10)) * MINUTE_MS,
    ...(random() < 0.5 ? { min: 1 + Math.floor(random() * 2) } : { max: 1 + Math.floor(random() * 3) }),
  }
}

/** Some fleets are limited: never so that a pool could not have one machine beyond what all keep ready. */
export function makeFleet(random: Random, pools: readonly PoolSetup[]): Pick<Scenario, 'fleet'> {
  if (random() < 0.75) return {}
  const atRest = pools.reduce((sum, { policy }) => sum + restingMachines(aPool(policy)), 0)
  // Stopped machines are there too, and nobody ends one to make room.
  const parked = pools.reduce((sum, { policy }) => sum + aPool(policy).parked.max, 0)
  const scheduled = pools.reduce((sum, { policy }) => sum + Math.max(0, ...minima(policy)), 0)
  const maxMachines = atRest + parked + scheduled + pools.length + Math.floor(random() * 6)
  const fleet: Partial<FleetPolicy> = { maxMachines }
  return { fleet }
}

function minima({ schedules = [] }: PoolSetup['policy']): readonly number[] {
  return schedules.map(({ min = 0 }) => min)
}
