import type { PoolPolicy } from '@woodpeckers/autoscaler-core'
import type { PoolSetup } from '../scenario/scenario.ts'
import type { LiveAgent } from './fleet.ts'
import type { World } from './world.ts'

/** Launches of a process that is gone may arrive for so long. */
const AFTERMATH_MS = 600_000
const RESTART_MS = 2_000

/** Two autoscalers with one configuration, by mistake, until the second one is ended. */
export function runTwo(world: World, forMs: number): void {
  const second = world.startAutoscaler()
  world.twoUntilAt = Math.max(world.twoUntilAt, world.clock.now() + forMs + AFTERMATH_MS)
  world.clock.startTimer(forMs, () => {
    const others = world.processes.filter((process) => process.isAlive && process !== second)
    if (others.length > 0) second.kill()
  })
}

/** Somebody runs another autoscaler for the same pools, with settings of their own, until that is ended. */
export function runOther(world: World, pick: number, forMs: number): void {
  const ways: readonly ((pool: PoolSetup) => PoolSetup)[] = [
    (pool) => ({ ...pool, policy: { ...pool.policy, madeFrom: 'other' } }),
    (pool) => ({ ...pool, policy: { ...pool.policy, maxAgeMs: 5 * 60_000 } }),
    (pool) => ({
      ...pool,
      labels: { ...pool.labels, team: 'other' },
      policy: { ...pool.policy, madeFrom: 'other' },
    }),
  ]
  const way = ways[Math.floor(pick * ways.length)]!
  const other = world.startAutoscaler(world.pools.map(way))
  world.twoUntilAt = Math.max(world.twoUntilAt, world.clock.now() + forMs + AFTERMATH_MS)
  world.others.add(other)
  world.clock.startTimer(forMs, () => other.kill())
}

/** Machines that boot from now on are as configured: by a new configuration, or without a word. */
export function mendImages(world: World, by: 'config' | 'image'): void {
  world.timeline.add('people', `mend the image, by ${by}`)
  world.policies.imagesAreMended = true
  if (by === 'config') reconfigure(world, (policy) => ({ ...policy, madeFrom: 'mended' }))
}

/** A restart with other settings. */
export function reconfigure(world: World, to: (policy: PoolPolicy) => PoolPolicy): void {
  world.policies.change(world.clock.now(), world.twoUntilAt, to)
  for (const process of world.processes) if (!world.others.has(process)) process.stop()
  world.startAutoscaler()
}

/** Its container starts it anew, without the work that it had. */
export function crash(world: World, agent: LiveAgent): void {
  world.damage.harm(agent, 'it crashed')
  agent.process.kill()
  world.clock.startTimer(RESTART_MS, () => world.fleet.restart(agent))
}

/** What nobody has begun or finished is no longer wanted. */
export function cancelAll(world: World): void {
  if (!world.server.up) return
  for (const pipeline of world.server.database.pipelines.values()) {
    if (pipeline.status !== 'pending' && pipeline.status !== 'running') continue
    world.server.pipelines.cancel(pipeline)
    for (const { id } of pipeline.workflows) {
      world.damage.tasks.add(String(id))
      world.damage.cancelled.add(String(id))
    }
  }
}

/** Everything that goes wrong by itself stops doing so. */
export function calmDown(world: World): void {
  world.timeline.add('world', 'the storm is over')
  world.weather.serverIsAway = false
  world.server.start()
  world.server.resume()
  world.fleet.forgetFates()
  world.weather.queueFails = false
  world.admins.liftAll()
  for (const agent of world.fleet.agents) agent.process.thaw()
  for (const cloud of world.clouds.values()) cloud.mend()
  for (const other of world.others) other.kill()
  liftLeftCordons(world)
  const [first, ...others] = world.processes.filter(({ isAlive }) => isAlive)
  for (const process of others) process.kill()
  if (!first) world.startAutoscaler()
}

/** Nobody else can tell a cordon that an ended process has left from an admin's: whoever ends the process lifts them. */
function liftLeftCordons({ server, cordonedByOthers, timeline }: World): void {
  for (const row of server.records.list()) {
    if (!row.no_schedule || !cordonedByOthers.has(row.name)) continue
    row.no_schedule = false
    server.records.touch(row)
    timeline.add('people', `lift the cordon that another process has left on ${row.name}`)
  }
}

/** Hints of the server get lost, or come twice; the second time late. */
export function disturbEvents(world: World, how: 'lost' | 'doubled', forMs: number): void {
  const { events } = world.server
  events.deliver = (send) => {
    if (how === 'lost') return
    send()
    world.clock.startTimer(3_000, send)
  }
  world.clock.startTimer(forMs, () => {
    events.deliver = undefined
  })
}
