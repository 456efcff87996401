import type { PoolSetup } from '../scenario/scenario.ts'
import { restingMachines } from '../world/resting.ts'
import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

const WINDOW_MS = 10 * 60_000
/** Two are tried for each machine type; then one after 5, 10, 20, 40, 60 … minutes. */
const TRIED_FIRST = 6

interface Seen {
  readonly at: number
  readonly tasks: number
}

/**
 * Machines that boot are counted on, and those that cannot run what waits are not bought again and again. What waits is
 * taken from the last while, as a launch was decided on then.
 */
export function buysInProportion(world: World, broken: Break): Check {
  let seen: readonly Seen[] = []
  const all = new Map<string, number>()
  const inVain = new Map<string, number>()
  return {
    onTick() {
      const now = world.clock.now()
      const { pending, waiting } = world.server.up ? world.server.queue : { pending: [], waiting: [] }
      const tasks = pending.length + waiting.length
      seen = [...seen.filter(({ at }) => now - at <= WINDOW_MS), { at: now, tasks }]
    },
    onMachine(pool, machine) {
      countYoung(pool, machine.createdAt)
      countInVain(pool)
      countAll(pool)
    },
  }

  function countYoung(pool: PoolSetup, now: number): void {
    const policy = world.policies.of(pool.id)
    // What schedules and renewals want besides is not counted here.
    if (policy.schedules.length > 0 || world.people.hasAnyOrder || world.weather.twins > 0) return
    const young = world
      .machinesOf(pool.id)
      .filter(
        ({ name, createdAt }) => now - createdAt < policy.inactivityTimeoutMs && !world.fleet.hasBooted(name),
      )
    const most = Math.max(1, ...seen.map(({ tasks }) => tasks))
    const buffer = 'slots' in policy.buffer ? policy.buffer.slots : policy.max
    const lately = world.processes.slice(1).filter(({ startedAt }) => now - startedAt <= WINDOW_MS).length
    const isRenewed = policy.maxAgeMs > 0 || world.processes.length > 1
    const renewed = isRenewed ? Math.ceil(policy.max / 10) : 0
    const allowed = Math.ceil((most + buffer) / policy.workflowsPerAgent) + policy.min + renewed + 1 + lately
    if (young.length > allowed)
      broken(
        'buys in proportion',
        `${pool.id} has ${young.length} machines that boot, and ${most} tasks waited`,
      )
  }

  /** However it comes about: many more machines than tasks, and than things that went wrong, are bought by mistake. */
  function countAll(pool: PoolSetup): void {
    const count = (all.get(pool.id) ?? 0) + 1
    all.set(pool.id, count)
    const { mishaps, weather, orders = [] } = world.scenario
    const policy = world.policies.of(pool.id)
    const livedMs = world.clock.now() - world.startAt
    const turns = 2 + livedMs / (policy.maxAgeMs > 0 ? policy.maxAgeMs : 3_600_000)
    const troubles = 2 + mishaps.length + weather.length + orders.length + 5 * policy.schedules.length
    const tasks = world.server.database.workflows.size
    const most = 2 * (tasks + restingMachines(policy) * turns) + policy.max * troubles
    if (count > most)
      broken('buys in proportion', `${count} machines of ${pool.id} were made for ${tasks} tasks`)
  }

  /** Nothing waits that this pool could run, it has what it keeps ready, and it buys. */
  function countInVain(pool: PoolSetup): void {
    if (!pool.image || world.policies.imagesAreMended || !world.server.up) return
    const { pending, waiting } = world.server.queue
    if (pending.length === 0 || waiting.length > 0) return
    if (pending.some(({ row }) => world.serving.byAny(row.labels) !== 'never')) return
    const count = (inVain.get(pool.id) ?? 0) + 1
    inVain.set(pool.id, count)
    const policy = world.policies.of(pool.id)
    const hours = (world.clock.now() - world.startAt) / 3_600_000
    const starts = world.processes.length
    const allowed = policy.max + TRIED_FIRST + starts * 2 + 5 + 2 * hours + policy.min * (1 + hours)
    if (count > allowed)
      broken(
        'buys in proportion',
        `${count} machines of ${pool.id} were made for what its agents cannot take`,
      )
  }
}
