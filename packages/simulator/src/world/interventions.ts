import type { PoolPolicy } from '@woodpeckers/autoscaler-core'
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

/** A restart with other settings. */
export function reconfigure(world: World, to: (policy: PoolPolicy) => PoolPolicy): void {
  world.policies.change(world.clock.now(), to)
  for (const process of world.processes) process.stop()
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
  for (const agent of world.fleet.agents) agent.process.thaw()
  for (const cloud of world.clouds.values()) cloud.mend()
  const [first, ...others] = world.processes.filter(({ isAlive }) => isAlive)
  for (const process of others) process.kill()
  if (!first) world.startAutoscaler()
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
