import type { Mishap, MishapKind } from '../scenario/mishaps.ts'
import type { LiveAgent } from './fleet.ts'
import { cancelAll, crash, disturbEvents, reconfigure, runOther, runTwo } from './interventions.ts'
import type { World } from './world.ts'

type Play = (world: World, mishap: Mishap) => void

const one = <T>(list: readonly T[], pick: number): T | undefined => list[Math.floor(pick * list.length)]
const anAgent = (world: World, { pick }: Mishap): LiveAgent | undefined => one(world.fleet.agents, pick)

/** A machine of the pools that is there, with its cloud. */
function aMachine(world: World, { pick }: Mishap) {
  const machines = world.pools.flatMap((pool) =>
    world.machinesOf(pool.id).map(({ name }) => ({ name, cloud: world.cloudOf(pool) })),
  )
  return one(machines, pick)
}

function aCloud(world: World, { pick }: Mishap) {
  return one([...world.clouds.values()], pick)!
}

const plays: Readonly<Record<MishapKind, Play>> = {
  'kill-autoscaler': (world) => {
    world.autoscaler?.kill()
    world.startAutoscaler()
  },
  'kill-autoscaler-at-call': (world, { pick }) => {
    world.autoscaler?.killAtCall(Math.floor(pick * 20), pick * 100 - Math.floor(pick * 100) < 0.5)
    // Whoever watches over it starts it again.
    const watch = () => {
      if (world.autoscaler) world.clock.startTimer(1_000, watch)
      else world.startAutoscaler()
    }
    watch()
  },
  'restart-autoscaler': (world) => {
    world.autoscaler?.stop()
    world.startAutoscaler()
  },
  'second-autoscaler': (world, { forMs }) => runTwo(world, forMs),
  'lower-max': (world, { pick }) => {
    reconfigure(world, ({ max, min, ...policy }) => {
      const lower = Math.max(1, Math.ceil(max * pick))
      return { ...policy, max: lower, min: Math.min(min, lower) }
    })
  },
  'new-image': (world) => reconfigure(world, (policy) => ({ ...policy, madeFrom: 'v2' })),
  'set-autoscaler-clock': (world, { pick }) => {
    // Up to two days forward or back, most of them by far less.
    world.setClock((2 * pick - 1) ** 3 * 2 * 24 * 3_600_000)
  },
  'server-restart': (world, { forMs }) => {
    world.server.stop()
    world.clock.startTimer(Math.min(forMs, 60_000), () => world.server.start())
  },
  'server-away': (world, { forMs }) => {
    world.weather.serverIsAway = true
    world.clock.startTimer(Math.min(forMs, 300_000), () => {
      world.weather.serverIsAway = false
    })
  },
  'pause-queue': (world, { forMs }) => {
    if (!world.server.up) return
    world.server.pause()
    world.clock.startTimer(forMs, () => {
      if (world.server.up) world.server.resume()
    })
  },
  'restore-database': (world) => world.backups.restore(),
  'revert-cordon': (world, mishap) => {
    const agent = anAgent(world, mishap)
    const row = world.server.records.list().find(({ name }) => name === agent?.name)
    if (row) world.server.calls.revertAtNextHeartbeat(row.id)
  },
  'poller-stays': (world, mishap) => {
    const agent = anAgent(world, mishap)
    const row = world.server.records.list().find(({ name }) => name === agent?.name)
    if (row) world.server.records.spareNextEviction(row.id)
  },
  'lose-events': (world, { forMs }) => disturbEvents(world, 'lost', forMs),
  'double-events': (world, { forMs }) => disturbEvents(world, 'doubled', forMs),
  'cancel-all': (world) => cancelAll(world),
  'fail-boots': (world, mishap) => aCloud(world, mishap).failBoots(1 + Math.floor(mishap.pick * 3)),
  'slow-boots': (world, mishap) => aCloud(world, mishap).slowBoots(2, 60_000 + mishap.forMs),
  'deaf-boots': (world) => world.fleet.foredoom({ isDeaf: true }),
  'wrong-version': (world, { forMs }) => {
    for (const cloud of world.clouds.values()) cloud.failBoots(1000)
    world.clock.startTimer(forMs, () => {
      for (const cloud of world.clouds.values()) cloud.mend()
    })
  },
  'freeze-agent': (world, mishap) => {
    const agent = anAgent(world, mishap)
    if (!agent) return
    world.damage.harm(agent, 'it was frozen')
    agent.process.freeze()
    world.clock.startTimer(mishap.forMs, () => agent.process.thaw())
  },
  'spoil-agent': (world, mishap) => {
    const agent = anAgent(world, mishap)
    if (!agent) return
    world.timeline.add('world', `${agent.name} fails from now on`)
    agent.isSpoilt = true
  },
  'crash-agent': (world, mishap) => {
    const agent = anAgent(world, mishap)
    if (agent) crash(world, agent)
  },
  'agent-twice': (world, mishap) => {
    const agent = anAgent(world, mishap)
    if (!agent) return
    world.damage.harm(agent, 'it runs twice')
    world.fleet.restart(agent)
  },
  'cut-agent-off': (world, mishap) => {
    const agent = anAgent(world, mishap)
    if (!agent) return
    world.damage.harm(agent, 'it was cut off')
    agent.line.cut(mishap.forMs)
  },
  'vanish-machine': (world, mishap) => {
    const machine = aMachine(world, mishap)
    if (!machine) return
    world.damage.names.add(machine.name)
    world.fleet.asMishap(() => machine.cloud.vanish(machine.name))
  },
  'power-off-machine': (world, mishap) => {
    const machine = aMachine(world, mishap)
    if (!machine) return
    world.damage.names.add(machine.name)
    world.fleet.asMishap(() => machine.cloud.powerOff(machine.name))
  },
  'hide-machine': (world, mishap) => {
    const machine = aMachine(world, mishap)
    // Lists are wrong for a while, not for ever.
    machine?.cloud.hide(machine.name, Math.min(mishap.forMs, 100_000))
  },
  'stuck-delete': (world, mishap) => aCloud(world, mishap).stickNextDelete(mishap.forMs),
  'sell-out': (world, mishap) => {
    const restock = aCloud(world, mishap).sellOut(mishap.pick)
    world.clock.startTimer(mishap.forMs, restock)
  },
  quota: (world, mishap) => {
    const cloud = aCloud(world, mishap)
    cloud.setQuota(Math.floor(mishap.pick * 4))
    world.clock.startTimer(mishap.forMs, () => cloud.setQuota(Number.POSITIVE_INFINITY))
  },
  'admin-cordon': (world, { pick, forMs }) => world.admins.cordon(pick, forMs),
  'delete-busy': (world, { pick, forMs }) => {
    const busy = world.fleet.agents.filter(({ process }) => process.running > 0)
    const agent = one(busy, pick) ?? one(world.fleet.agents, pick)
    if (!agent) return
    const pool = world.pools.find(({ id }) => id === agent.pool)!
    world.damage.names.add(agent.name)
    world.timeline.add('world', `${agent.name} is deleted by somebody else`)
    // Half of them vanish from lists at once.
    const listedForMs = pick * 10 - Math.floor(pick * 10) < 0.5 ? 0 : forMs
    world.fleet.asMishap(() => world.cloudOf(pool).vanish(agent.name, listedForMs))
  },
  'start-slowly': (world, mishap) =>
    aCloud(world, mishap).slowStarts(2, 5 * 60_000 + Math.min(mishap.forMs, 20 * 60_000)),
  'other-settings': (world, { pick, forMs }) => runOther(world, pick, forMs),
  'kill-at-launch': (world, { pick }) => {
    const process = world.autoscaler
    process?.killAtLaunch(pick < 0.5 ? 'before' : 'after')
    const watch = () => {
      if (world.autoscaler) world.clock.startTimer(1_000, watch)
      else world.startAutoscaler()
    }
    watch()
  },
  'queue-fails': (world, { forMs }) => {
    world.weather.queueFails = true
    world.clock.startTimer(forMs, () => {
      world.weather.queueFails = false
    })
  },
  'refuse-offering': (world, mishap) => {
    const accept = aCloud(world, mishap).refuse(
      Math.floor(mishap.pick * 10) % 2,
      Math.floor(mishap.pick * 1000),
    )
    world.clock.startTimer(mishap.forMs, accept)
  },
  'refuse-offering-for-good': (world, mishap) => {
    aCloud(world, mishap).refuse(Math.floor(mishap.pick * 10) % 2, Math.floor(mishap.pick * 1000))
  },
}

export function playMishap(world: World, mishap: Mishap): void {
  plays[mishap.kind](world, mishap)
}
