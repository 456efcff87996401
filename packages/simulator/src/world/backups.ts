import type { DatabaseDump } from '@woodpeckers/autoscaler-emulators'
import type { World } from './world.ts'

const EVERY_MS = 120_000
const KEPT = 3
const AWAY_MS = 10_000

/** Copies of the server's database, and what becomes of the world when an old one is put back. */
export class Backups {
  readonly #world: World
  readonly #copies: DatabaseDump[] = []

  constructor(world: World) {
    this.#world = world
    this.#copy()
  }

  /** The oldest copy: some minutes are forgotten, and ids that were given in them are given again. */
  restore(): void {
    const copy = this.#copies[0]
    if (!copy) return
    const { server, damage, clock, fleet } = this.#world
    server.stop()
    server.database.restore(copy)
    this.#world.timesRestored++
    const queued = new Set(copy.tasks.map(({ id }) => id))
    for (const { workflows } of copy.pipelines) {
      for (const { id } of workflows) if (!queued.has(String(id))) damage.tasks.add(String(id))
    }
    const tokens = new Set(copy.agents.map(({ token }) => token))
    const ids = new Set(copy.agents.map(({ id }) => id))
    for (const agent of fleet.agents) {
      // Of those that share a secret the number tells which one it is.
      const isKnown = agent.isOfImage ? ids.has(agent.process.agentId ?? 0) : tokens.has(agent.secret)
      for (const task of agent.tasks) damage.mistakable.add(task)
      if (agent.isOfImage && !isKnown) damage.agentIds.add(agent.process.agentId ?? 0)
      damage.harm(agent, isKnown ? 'what it runs was forgotten' : 'its record went')
    }
    clock.startTimer(AWAY_MS, () => server.start())
  }

  #copy(): void {
    this.#copies.push(structuredClone(this.#world.server.database.dump()))
    if (this.#copies.length > KEPT) this.#copies.shift()
    this.#world.clock.startTimer(EVERY_MS, () => this.#copy())
  }
}
