import type { Clock } from '@woodpeckers/autoscaler-core'
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
}

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

  constructor(world: AdminsWorld) {
    this.#world = world
  }

  /** Those that stand. */
  get cordons(): readonly AdminCordon[] {
    return this.#cordons
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
    const cordon: AdminCordon = { agentId, createdAt, name, at: clock.now() }
    row.no_schedule = true
    server.records.touch(row)
    server.queue.kick(agentId)
    this.#cordons = [...this.#cordons, cordon]
    timeline.add('people', `an admin cordons ${name}`)
    clock.startTimer(forMs, () => this.#lift(cordon))
  }

  /** What stands is lifted. */
  liftAll(): void {
    for (const cordon of this.#cordons) this.#lift(cordon)
  }

  /** Somebody wrote the row: if that crossed with the admin's own write, nobody can tell whose the cordon is. */
  onWrite(agentId: number, cordons: boolean): AdminCordon | undefined {
    const cordon = this.#cordons.find((each) => each.agentId === agentId)
    if (!cordon) return undefined
    if (this.#world.clock.now() - cordon.at < CROSSING_MS) {
      this.#cordons = this.#cordons.filter((each) => each !== cordon)
      return undefined
    }
    return cordons ? undefined : cordon
  }

  #lift(cordon: AdminCordon): void {
    if (!this.#cordons.includes(cordon)) return
    this.#cordons = this.#cordons.filter((each) => each !== cordon)
    const row = this.#world.server.database.agents.get(cordon.agentId)
    if (row?.created !== cordon.createdAt) return
    row.no_schedule = false
    this.#world.server.records.touch(row)
    this.#world.timeline.add('people', `the admin lifts the cordon of ${cordon.name}`)
  }
}
