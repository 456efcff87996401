import type { MishapKind } from '../scenario/mishaps.ts'
import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import { Quiet } from './quiet.ts'
import type { Break } from './work-is-kept.ts'

/** Where all goes well. */
const AT_MOST_MS = 8 * 60_000
/** Tries become rarer where launches fail or agents never connect: up to ten minutes apart. */
const AT_MOST_AFTER_FAILURES_MS = 20 * 60_000
const smooth: ReadonlySet<MishapKind> = new Set([
  'kill-at-launch',
  'kill-autoscaler',
  'set-autoscaler-clock',
  'delete-busy',
])

/**
 * A task that could run has a machine in time, where a pool has room for one and nothing goes wrong: neither a clock
 * that was set nor a launch that died with its process may hold it up.
 */
export function startsInTime(world: World, broken: Break): Check {
  const quiet = new Quiet(world.scenario)
  const { mishaps, weather, pools } = world.scenario
  const isSmooth =
    weather.length === 0 && mishaps.every(({ kind }) => smooth.has(kind)) && !pools.some(({ image }) => image)
  const atMostMs = isSmooth ? AT_MOST_MS : AT_MOST_AFTER_FAILURES_MS
  let isTold = false
  const waitsSince = new Map<string, number>()
  const slowestBootMs = Math.max(...world.scenario.clouds.map(({ bootMs }) => bootMs[1]))
  return {
    onTick() {
      const now = world.clock.now()
      if (!world.server.up) return
      const { pending } = world.server.queue
      const ids = new Set(pending.map(({ row }) => row.id))
      for (const id of waitsSince.keys()) if (!ids.has(id)) waitsSince.delete(id)
      for (const { row, agentId } of pending) {
        // Over the limit of its group, or handed out before: that is not for us to start.
        const { id, labels } = row
        if (
          agentId !== 0 ||
          row.concurrencyLimit > 0 ||
          world.damage.tasks.has(id) ||
          !hasRoom(world, labels, slowestBootMs)
        ) {
          waitsSince.delete(id)
          continue
        }
        const since = waitsSince.get(id) ?? now
        waitsSince.set(id, since)
        const forMs = Math.min(now - since, quiet.forMs(now - world.startAt))
        if (forMs <= atMostMs || isTold) continue
        isTold = true
        broken(
          'never stalls',
          `task ${id} has waited for ${Math.round(forMs / 60_000)} minutes, with room for a machine`,
        )
      }
    },
  }
}

/** Some pool that could run it has room, and no machine on its way. */
function hasRoom(world: World, labels: Readonly<Record<string, string>>, slowestBootMs: number): boolean {
  const { maxMachines = Number.POSITIVE_INFINITY } = world.scenario.fleet ?? {}
  const all = world.pools.flatMap(({ id }) => world.machinesOf(id))
  // One more machine may need a place for what another pool keeps ready.
  if (all.length >= maxMachines - 1) return false
  const now = world.clock.now()
  return world.pools.some((pool) => {
    if (world.serving.by(pool, labels) !== 'always') return false
    const machines = world.machinesOf(pool.id)
    const { max } = world.policies.effective(pool.id, world.autoscalerClock.now())
    const isOneComing = machines.some(({ createdAt }) => now - createdAt < slowestBootMs + 60_000)
    return machines.length < max && !isOneComing
  })
}
