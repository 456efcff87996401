import { setImmediate } from 'node:timers'
import { type Clock, type Random, seededRandom } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import type { AgentLink } from '../agent/agent-link.ts'
import type { AgentSettings } from '../agent/agent-settings.ts'
import { EmulatedAgent } from '../agent/emulated-agent.ts'
import { EmulatedWoodpecker, type EmulatedWoodpeckerOptions } from '../woodpecker/emulated-woodpecker.ts'
import type { PipelineOrder } from '../woodpecker/pipeline-order.ts'
import type { PipelineRow } from '../woodpecker/rows.ts'

/** What is to be seen of a server at a moment, in the words of the recordings. */
export interface Observation {
  readonly worker: number
  readonly pending: number
  readonly waiting_on_deps: number
  readonly running: number
  readonly tasks: readonly (readonly [state: string, id: string, agent: string])[]
  readonly pipeline?: string
  readonly workflows?: readonly string[]
}

export interface Sighting {
  /** Seconds since the stage's zero. */
  readonly fromS: number
  readonly seen: Observation
}

/** A server with agents in virtual time, watched after everything that happens. */
export class Stage {
  readonly clock: Clock
  readonly server: EmulatedWoodpecker
  readonly random: Random
  readonly sightings: Sighting[] = []
  readonly #manual: ManualClock = new ManualClock()
  #zeroAt: number
  #watched: PipelineRow | undefined

  constructor(settings: EmulatedWoodpeckerOptions['settings'] = {}, seed = 1) {
    this.random = seededRandom(seed)
    this.#zeroAt = this.#manual.now()
    this.clock = {
      now: () => this.#manual.now(),
      monotonic: () => this.#manual.monotonic(),
      startTimer: (delayMs, ring) =>
        this.#manual.startTimer(delayMs, () => {
          ring()
          // After all that follows from it at once.
          setImmediate(() => this.look())
        }),
    }
    this.server = new EmulatedWoodpecker({ clock: this.clock, random: this.random, settings })
    this.server.watch(() => this.look())
  }

  /** Seconds since zero. */
  get nowS(): number {
    return (this.#manual.now() - this.#zeroAt) / 1000
  }

  /** From now on seconds count anew, and this pipeline is watched. */
  zero(watched?: PipelineRow): void {
    this.#zeroAt = this.#manual.now()
    this.#watched = watched
    this.sightings.length = 0
    this.look()
  }

  /** Watches a pipeline that was not there at zero. */
  watch(pipeline: PipelineRow): void {
    this.#watched = pipeline
  }

  async to(seconds: number): Promise<void> {
    await this.#manual.advance(Math.max(seconds - this.nowS, 0) * 1000)
    this.look()
  }

  async wait(seconds: number): Promise<void> {
    await this.to(this.nowS + seconds)
  }

  /** Lets time pass until it is so; answers when that was, in seconds. */
  async until(isSo: () => boolean, atMostS = 200): Promise<number> {
    const giveUpS = this.nowS + atMostS
    while (!isSo()) {
      if (this.nowS > giveUpS) throw new Error(`not so within ${atMostS} s`)
      await this.wait(0.01)
    }
    return this.nowS
  }

  /** An agent with a record of its own, as an autoscaler makes them. */
  agent(settings: Partial<AgentSettings> & { readonly orgId?: number } = {}): StagedAgent {
    const { orgId = -1, ...own } = settings
    const name = settings.hostname ?? 'a'
    const row = this.server.records.create({ name, no_schedule: false }, 1, orgId)
    return { id: row.id, token: row.token, process: this.process(row.token, { hostname: name, ...own }) }
  }

  /** Starts an agent's process. */
  process(token: string, settings: Partial<AgentSettings> = {}, link?: AgentLink): EmulatedAgent {
    const agent = new EmulatedAgent({
      link: link ?? this.server.link(token),
      clock: this.clock,
      random: this.random,
      settings: { backend: 'local', ...settings },
    })
    agent.start()
    return agent
  }

  pipeline(order: Partial<PipelineOrder> = {}): PipelineRow {
    return this.server.createPipeline({ repo: 'acme/app1', workflows: [{}], ...order })
  }

  look(): void {
    if (!this.server.up) return
    const seen = this.#observe()
    const last = this.sightings.at(-1)
    if (last && JSON.stringify(last.seen) === JSON.stringify(seen)) return
    this.sightings.push({ fromS: this.nowS, seen })
  }

  #observe(): Observation {
    const { pending, waiting, running, pollers } = this.server.queue
    return {
      worker: pollers.count,
      pending: pending.length,
      waiting_on_deps: waiting.length,
      running: running.size,
      tasks: [
        ...pending.map((task) => ['pending', task.row.id, `agent_id=${task.agentId}`] as const),
        ...[...running.values()].map(
          ({ task }) => ['running', task.row.id, `agent_id=${task.agentId}`] as const,
        ),
      ],
      ...(this.#watched
        ? { pipeline: this.#watched.status, workflows: this.#watched.workflows.map(({ state }) => state) }
        : {}),
    }
  }
}

export interface StagedAgent {
  readonly id: number
  readonly token: string
  readonly process: EmulatedAgent
}
