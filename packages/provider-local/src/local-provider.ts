import {
  type AgentDeployment,
  counted,
  isNameOfPool,
  type Machine,
  type Provider,
  type ProviderContext,
  Rejected,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { findProgram } from './find-program.ts'
import { launchMachine } from './launch-machine.ts'
import { NO_USER_WARNING } from './local-user.ts'
import { isBeingLaunched, processOf, stateOf } from './machine-state.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { openSite } from './open-site.ts'
import type { LocalOptions } from './options.ts'
import { platformOf } from './platform.ts'
import { removeMachine } from './remove-machine.ts'
import type { LocalSite } from './site.ts'
import { splitCommand } from './split-command.ts'

/** Machines as processes of this computer, for one pool. */
export async function createLocalProvider(context: ProviderContext<LocalOptions>): Promise<Provider> {
  const site = await openSite(context, process.env)
  const pool = context.pool.id
  const ofName = new OneAtATime()

  const namesOfPool = async () => (await site.records.names()).filter((name) => isNameOfPool(name, pool))
  const refuseForeign = (name: string) => {
    if (!isNameOfPool(name, pool)) throw new Rejected(`${name} is no name of the pool ${pool}`)
  }

  return {
    createIsIdempotent: true,
    usesUserData: false,
    platform: { platform: platformOf(process.platform, process.arch), backend: 'local' },

    async deployAgent(agent, { signal }) {
      signal.throwIfAborted()
      refuseForeign(agent.name)
      await ofName.run(agent.name, () => deploy(site, agent, signal))
    },

    async removeAgent(name, { signal }) {
      signal.throwIfAborted()
      refuseForeign(name)
      await ofName.run(name, () => removeMachine(site, name, signal))
    },

    async listDeployedAgentNames({ signal }) {
      signal.throwIfAborted()
      return await namesOfPool()
    },

    async listDeployedAgents({ signal }) {
      signal.throwIfAborted()
      const machines = await Promise.all((await namesOfPool()).map((name) => factsOf(site, name)))
      return machines.filter((machine) => machine !== undefined)
    },

    async check({ signal }) {
      signal.throwIfAborted()
      const [program] = await resolveProgram(site)
      const who = site.user ? `run as user ${site.user.name}` : NO_USER_WARNING
      const machines = counted((await namesOfPool()).length, 'machine')
      return `${program}, ${machines}, state in ${site.folder.machines}; ${who}`
    },
  }
}

async function deploy(site: LocalSite, agent: AgentDeployment, signal: AbortSignal): Promise<void> {
  const program = await resolveProgram(site)
  while (!(await launchMachine(site, program, agent, signal))) {
    const there = await site.records.read(agent.name)
    if (there && ((await isBeingLaunched(site, there)) || (await processOf(site, there)))) return
    // Only the intent was left of it, by an autoscaler that ended before it started anything.
    await removeMachine(site, agent.name, signal)
  }
}

async function factsOf(site: LocalSite, name: string): Promise<Machine | undefined> {
  try {
    const record = await site.records.read(name)
    return record && { name, createdAt: record.createdAt, state: await stateOf(site, record) }
  } catch (error) {
    if (!(error instanceof UnexpectedAnswer)) throw error
    site.log.warn({ machine: name }, error.message)
    return { name, state: 'unknown' }
  }
}

async function resolveProgram(site: LocalSite): Promise<readonly [string, ...string[]]> {
  const [program = '', ...args] = splitCommand(site.options.command) ?? []
  return [await findProgram(program, site.environment['PATH']), ...args]
}
