import { adminToken } from '@woodpeckers/autoscaler-emulators'
import { HETZNER_TOKEN } from '../world/clouds/hetzner-cloud.ts'
import { TIMEWEB_TOKEN } from '../world/clouds/timeweb-cloud.ts'
import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** Reads that every tick needs, and what each machine, action and running pipeline may cost besides. */
const CALLS_OF_A_TICK = 25
const CALLS_FOR_EACH = 10
/** As long as a silent record may be kept, and the waits after the server was away. */
const TWINS_FOR_MS = 60 * 60_000

/** A tick asks no more than in proportion to what there is to ask about. */
export function asksLittle(world: World, broken: Break): Check {
  // What was done since the look before is asked about too.
  let before = 0
  return {
    onTick(_, report, calls) {
      const machines = world.pools.reduce((sum, { id }) => sum + world.machinesOf(id).length, 0)
      const things =
        machines + report.plan.actions.length + report.snapshot.inFlight.length + openPipelines(world)
      const most = CALLS_OF_A_TICK + CALLS_FOR_EACH * Math.max(things, before)
      before = things
      if (calls > most) broken('asks little', `${calls} calls in one tick, of at most ${most}`)
    },
  }
}

/** Every action and every hold says why. */
export function alwaysExplains(_: World, broken: Break): Check {
  return {
    onTick(_process, { plan }) {
      for (const { kind, reason, because } of [...plan.actions, ...plan.holds]) {
        if (reason.length < 5 || !because) broken('always explains', `${kind} without a reason`)
      }
    },
  }
}

/** Nothing secret is in what is logged, planned or told. */
export function keepsSecrets(world: World, broken: Break): Check {
  const search = (text: string) => {
    for (const secret of secretsOf(world)) {
      if (text.includes(secret)) broken('keeps secrets', `a secret is in: ${text.slice(0, 200)}`)
    }
  }
  return {
    onOutput: search,
    onOutcome: (_, outcome) => search(JSON.stringify(outcome)),
  }
}

/** What others made is as it was. */
export function foreignIsKept(world: World, broken: Break): Check {
  return {
    afterStep() {
      for (const name of world.foreign.touched())
        broken('never touches what is foreign', `${name} was touched`)
    },
  }
}

/**
 * A lost answer may leave a second record of a name; it is forgotten before long. One whose agent is on the machine
 * too stays with it.
 */
export function recordsAreUnique(world: World, broken: Break): Check {
  const twinsSince = new Map<string, number>()
  return {
    onTick() {
      const now = world.clock.now()
      const onMachines = new Set(world.fleet.agents.map(({ process }) => process.agentId))
      const names = world.server.records
        .list()
        .filter(({ id, name }) => !onMachines.has(id) || world.fleet.find(name)?.process.agentId === id)
        .map(({ name }) => name)
      const twins = new Set(names.filter((name, at) => names.indexOf(name) !== at))
      for (const name of twinsSince.keys()) if (!twins.has(name)) twinsSince.delete(name)
      for (const name of twins) {
        const since = twinsSince.get(name) ?? now
        twinsSince.set(name, since)
        if (now - since > TWINS_FOR_MS) broken('one machine, one record', `two records are called ${name}`)
      }
    },
  }
}

/** No two machines have one name, but those that a proxy has ordered twice. */
export function namesAreUnique(world: World, broken: Break): Check {
  return {
    onMachine(pool, { name }) {
      const twins = world.machinesOf(pool.id).filter((machine) => machine.name === name)
      if (twins.length > 1 && world.weather.twins === 0)
        broken('one machine, one record', `two machines are called ${name}`)
    },
  }
}

function openPipelines(world: World): number {
  const pipelines = [...world.server.database.pipelines.values()]
  return pipelines.filter(({ status }) => status === 'pending' || status === 'running').length
}

function secretsOf(world: World): readonly string[] {
  const agents = [...world.server.database.agents.values()].map(({ token }) => token)
  return [adminToken, HETZNER_TOKEN, TIMEWEB_TOKEN, ...agents]
}
