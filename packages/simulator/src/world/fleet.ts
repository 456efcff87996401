import { type Clock, type Random, sleep } from '@woodpeckers/autoscaler-core'
import {
  type Assignment,
  EmulatedAgent,
  type EmulatedWoodpecker,
  type Inhabitant,
  type MachineOrder,
  parseAgentEnvironment,
} from '@woodpeckers/autoscaler-emulators'
import type { ImageSetup } from '../scenario/image-setup.ts'
import { AgentLine } from './agent-line.ts'

/** An agent's process on a machine, as the world knows it. */
export interface LiveAgent {
  readonly name: string
  readonly pool: string
  readonly machine: MachineOrder
  readonly process: EmulatedAgent
  /** The token that it shows to the server. */
  readonly secret: string
  /** The one that the image brought, beside ours. */
  readonly isOfImage: boolean
  readonly line: AgentLine
  /** By the world's clock; when it first or last got through to the server. */
  lastContactAt: number | undefined
  /** What it has in hand: taken, and not delivered. */
  readonly tasks: Set<string>
  /** Something was done to it by which it may lose its work, so that this is nobody's fault here. */
  harmed: string | undefined
  /** It fails whatever it is given, within seconds. */
  isSpoilt: boolean
}

type JobResult = Assignment['outcome']

const FAILS_WITHIN_MS = 2_000

/** Told when a machine goes with an agent on it. `by`: whose doing it was. */
export type OnMachineEnd = (agents: readonly LiveAgent[], by: 'autoscaler' | 'world') => void

/** What the next agents are like, besides what they are told. */
export interface BootFate {
  readonly isDeaf: boolean
}

export interface FleetOptions {
  readonly clock: Clock
  readonly random: Random
  readonly server: EmulatedWoodpecker
  readonly poolOf: (name: string) => string | undefined
  /** What a machine that boots now does otherwise than configured. */
  readonly imageOf: (pool: string, machine: MachineOrder) => ImageSetup | undefined
  /** The token of an agent that an organisation's admin registered for this machine. */
  readonly tokenOfOrganisation: (name: string) => string
  readonly onEnd: OnMachineEnd
  readonly onStart: (agent: LiveAgent) => void
}

interface AgentStart {
  readonly pool: string
  readonly machine: MachineOrder
  readonly image?: ImageSetup | undefined
  readonly fate?: BootFate | undefined
  readonly isOfImage?: boolean
}

/** Every agent that runs on a machine of the clouds. */
export class Fleet {
  /** Those whose machine is there, running or not. */
  readonly #living: Map<string, LiveAgent[]> = new Map()
  readonly #options: FleetOptions
  readonly #fates: BootFate[] = []
  readonly #booted: Set<string> = new Set()
  readonly #results: Map<string, readonly JobResult[]> = new Map()
  #blame: 'autoscaler' | 'world' = 'autoscaler'

  constructor(options: FleetOptions) {
    this.#options = options
  }

  get agents(): readonly LiveAgent[] {
    return [...this.#living.values()].flat().filter(({ process }) => process.alive)
  }

  /** Somebody has a task, or a result that was not delivered. */
  get isAtWork(): boolean {
    return this.agents.some(({ process }) => process.running > 0)
  }

  /** An agent has started on it, if not a moment ago. */
  hasBooted(name: string): boolean {
    return this.#booted.has(name)
  }

  find(name: string): LiveAgent | undefined {
    return this.#living.get(name)?.find(({ process }) => process.alive)
  }

  /** How the jobs of all agents of that name ended, the latest last. */
  resultsOf(name: string): readonly JobResult[] {
    return this.#results.get(name) ?? []
  }

  /** The next ones to boot have this fate. */
  foredoom(...fates: readonly BootFate[]): void {
    this.#fates.push(...fates)
  }

  forgetFates(): void {
    this.#fates.length = 0
  }

  /** What goes while `act` runs goes by the world's doing. */
  asMishap(act: () => void): void {
    this.#blame = 'world'
    act()
    this.#blame = 'autoscaler'
  }

  /** What a machine does when it has booted. */
  readonly boot = (machine: MachineOrder): Inhabitant => {
    const pool = this.#options.poolOf(machine.name)
    // Somebody else's machine: what runs on it does not matter here.
    if (pool === undefined) return { vanish() {} }
    this.#booted.add(machine.name)
    const image = this.#options.imageOf(pool, machine)
    const really = { ...machine, environment: environmentOf(machine, image) }
    this.#startAgent({ pool, machine: really, image, fate: this.#fates.shift() })
    if (image?.ownAgent)
      this.#startAgent({ pool, machine: this.#ownAgent(machine, image.ownAgent), isOfImage: true })
    return {
      vanish: () => {
        const agents = this.#living.get(machine.name) ?? []
        this.#options.onEnd(
          agents.filter(({ process }) => process.alive),
          this.#blame,
        )
        for (const { process } of agents) process.vanish()
        this.#living.delete(machine.name)
      },
    }
  }

  /** One more process for the same machine, with the same secret. */
  restart({ pool, machine, isOfImage }: LiveAgent): void {
    if (!this.#living.has(machine.name)) return
    this.#startAgent({ pool, machine, image: this.#options.imageOf(pool, machine), isOfImage })
  }

  /** What the image's agent is told: by its maker, and not by the autoscaler. */
  #ownAgent({ name, offering }: MachineOrder, by: ImageSetup['ownAgent'] & string): MachineOrder {
    const { server, tokenOfOrganisation } = this.#options
    const secret = by === 'organisation' ? tokenOfOrganisation(name) : server.settings.agentSecret
    return {
      name,
      offering,
      environment: { WOODPECKER_AGENT_SECRET: secret, WOODPECKER_RETRY_TIMEOUT: '0' },
    }
  }

  #startAgent({ pool, machine, image, fate, isOfImage = false }: AgentStart): void {
    const { clock, random, server, onStart } = this.#options
    const { secret, settings } = parseAgentEnvironment({
      WOODPECKER_HOSTNAME: machine.name,
      WOODPECKER_AGENT_CONFIG_FILE: '/etc/woodpecker/agent.conf',
      ...machine.environment,
    })
    const tasks = new Set<string>()
    const line = new AgentLine(server.link(secret), clock, {
      onContact: () => {
        agent.lastContactAt = clock.now()
      },
      onTaken: (taskId) => tasks.add(taskId),
      onDelivered: (taskId) => tasks.delete(taskId),
    })
    const process = new EmulatedAgent({
      link: line,
      clock,
      random,
      settings: {
        ...settings,
        labels: { ...settings.labels, ...image?.labels },
        platform: image?.platform ?? settings.platform,
        deaf: fate?.isDeaf ?? false,
      },
      runJob: async ({ durationMs, outcome }, signal) => {
        const { isSpoilt } = agent
        await sleep(clock, isSpoilt ? FAILS_WITHIN_MS : durationMs, signal)
        const result = isSpoilt ? 'failure' : outcome
        this.#results.set(machine.name, [...this.resultsOf(machine.name), result])
        return result
      },
    })
    const agent: LiveAgent = {
      name: machine.name,
      pool,
      machine,
      process,
      secret,
      isOfImage,
      line,
      lastContactAt: undefined,
      tasks,
      harmed: undefined,
      isSpoilt: false,
    }
    const others = this.#living.get(machine.name) ?? []
    this.#living.set(machine.name, [...others, agent])
    onStart(agent)
    process.start()
  }
}

/** What of it a template passes on. */
function environmentOf(
  { environment }: MachineOrder,
  image: ImageSetup | undefined,
): MachineOrder['environment'] {
  const dropped: ReadonlySet<string> = new Set(image?.drops)
  const kept = Object.entries(environment).filter(([name]) => !dropped.has(name))
  // A container without a host name has a random one.
  return Object.fromEntries(dropped.has(HOSTNAME) ? [...kept, [HOSTNAME, '4f1c09d2ab7e']] : kept)
}

const HOSTNAME = 'WOODPECKER_HOSTNAME'
