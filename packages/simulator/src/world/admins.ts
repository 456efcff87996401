import type { Clock, TickReport } from '@woodpeckers/autoscaler-core'
import type { EmulatedWoodpecker } from '@woodpeckers/autoscaler-emulators'
import type { Timeline } from '../timeline.ts'
import type { Fleet } from './fleet.ts'
import type { Policies } from './policies.ts'

/** A cordon that somebody set by hand, on the server's page. */
export interface AdminCordon {
  readonly agentId: number
  readonly createdAt: number
  readonly name: string
  readonly at: number
  /**
   * Whether the autoscaler knows, or has to know, that it is no cordon of its own; `in-doubt`: it may take it for one, as
   * it has just written the agent itself, or somebody runs it twice.
   */
  readonly whose: 'not-seen' | 'must-be-known' | 'known' | 'in-doubt'
}

type Seen = Pick<TickReport['input']['memory'], 'cordonedByOthers' | 'madeNames'>

/** As much of the world as they can see and touch. */
export interface AdminsWorld {
  readonly clock: Clock
  readonly timeline: Timeline
  readonly server: EmulatedWoodpecker
  readonly fleet: Fleet
  readonly policies: Policies
}

/** What a write of ours that was under way may still do to a cordon that was set meanwhile. */
const CROSSING_MS = 15_000

/** Admins who cordon agents for reasons of their own, and lift that later. */
export class Admins {
  readonly #world: AdminsWorld
  #cordons: readonly AdminCordon[] = []
  /** Agents that an autoscaler has cordoned or uncordoned. */
  readonly #written: Set<number> = new Set()
  /** Of the latest tick. */
  #process = 0
  #made: ReadonlySet<string> = new Set()
  #known: ReadonlySet<string> = new Set()
  #mayBeTwo = false

  constructor(world: AdminsWorld) {
    this.#world = world
  }

  /** Those that stand. */
  get cordons(): readonly AdminCordon[] {
    return this.#cordons
  }

  /** As the state file keeps them. */
  get known(): ReadonlySet<string> {
    return this.#known
  }

  onTick(process: number, memory: Seen, mayBeTwo: boolean): void {
    const isAnother = process !== this.#process
    this.#process = process
    this.#made = memory.madeNames
    this.#known = memory.cordonedByOthers
    this.#mayBeTwo = mayBeTwo
    this.#cordons = this.#cordons.map((cordon) => {
      const { name, whose } = cordon
      // It ended before it could tell the next one.
      const isLost = whose === 'must-be-known' && isAnother && !this.#known.has(name)
      if (whose === 'in-doubt' || mayBeTwo || isLost) return { ...cordon, whose: 'in-doubt' }
      return this.#known.has(name) ? { ...cordon, whose: 'known' } : cordon
    })
  }

  /** One that is not cordoned yet, and that nobody is about to cordon. */
  cordon(pick: number, forMs: number): void {
    const { server, fleet, clock, timeline, policies } = this.#world
    if (!server.up) return
    const live = new Set(
      fleet.agents
        .filter(({ pool }) => policies.of(pool).mode !== 'ephemeral')
        .map(({ process }) => process.agentId),
    )
    const rows = server.records.list().filter(({ id, no_schedule }) => live.has(id) && !no_schedule)
    const row = rows[Math.floor(pick * rows.length)]
    if (!row) return
    const { id: agentId, created: createdAt, name } = row
    const isClear = this.#made.has(name) && !this.#written.has(agentId) && !this.#mayBeTwo
    const whose = isClear ? 'must-be-known' : 'not-seen'
    const cordon: AdminCordon = { agentId, createdAt, name, at: clock.now(), whose }
    row.no_schedule = true
    server.records.touch(row)
    server.queue.kick(agentId)
    this.#cordons = [...this.#cordons, cordon]
    timeline.add('people', `an admin cordons ${name}`)
    clock.startTimer(forMs, () => this.#lift(agentId))
  }

  /** What stands is lifted. */
  liftAll(): void {
    for (const { agentId } of this.#cordons) this.#lift(agentId)
  }

  /** Somebody wrote the row: if that crossed with the admin's own write, nobody can tell whose the cordon is. */
  onWrite(agentId: number, cordons: boolean): AdminCordon | undefined {
    this.#written.add(agentId)
    const cordon = this.#cordons.find((each) => each.agentId === agentId)
    if (!cordon) return undefined
    if (this.#world.clock.now() - cordon.at < CROSSING_MS) {
      this.#cordons = this.#cordons.map((each) => (each === cordon ? { ...each, whose: 'in-doubt' } : each))
      return undefined
    }
    return cordons || !isSure(cordon) ? undefined : cordon
  }

  #lift(agentId: number): void {
    const cordon = this.#cordons.find((each) => each.agentId === agentId)
    if (!cordon) return
    this.#cordons = this.#cordons.filter((each) => each !== cordon)
    const row = this.#world.server.database.agents.get(cordon.agentId)
    if (row?.created !== cordon.createdAt) return
    row.no_schedule = false
    this.#world.server.records.touch(row)
    this.#world.timeline.add('people', `the admin lifts the cordon of ${cordon.name}`)
  }
}

/** Whether the autoscaler has no excuse to take it for its own. */
export function isSure({ whose }: AdminCordon): boolean {
  return whose === 'known' || whose === 'must-be-known'
}
