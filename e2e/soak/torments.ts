import type { Chance } from './chance.ts'
import type { MachineWatch } from './machine-watch.ts'
import { Rounds } from './rounds.ts'
import type { SoakSite } from './soak-site.ts'

/** What was done to whom, and when. */
export class Torments {
  readonly agentKilledAt: Map<string, number> = new Map<string, number>()
  readonly serverKilledAt: number[] = []
  #autoscalerKills = 0
  #agentFreezes = 0
  readonly #site: SoakSite
  readonly #watch: MachineWatch

  constructor(site: SoakSite, watch: MachineWatch) {
    this.#site = site
    this.#watch = watch
  }

  counts(): Readonly<Record<string, number>> {
    return {
      autoscalerKills: this.#autoscalerKills,
      agentKills: this.agentKilledAt.size,
      agentFreezes: this.#agentFreezes,
      serverKills: this.serverKilledAt.length,
    }
  }

  /** In the middle of a launch, now and again; else when it has been at it for a while. */
  killAutoscaler(chance: Chance): Rounds {
    return new Rounds(async (pause) => {
      if (chance.between(0, 1) < 0.4) {
        await this.#watch.launchBegins(pause(10_000))
        await pause(chance.between(0, 40))
      } else {
        await pause(chance.between(5_000, 20_000))
      }
      await this.killAutoscalerOnce(() => pause(chance.between(0, 2_000)))
    })
  }

  async killAutoscalerOnce(away: () => Promise<void>): Promise<void> {
    await this.#site.killAutoscaler()
    this.#autoscalerKills++
    await away()
    this.#site.startAutoscaler()
  }

  killAgents(chance: Chance): Rounds {
    return new Rounds(async (pause) => {
      await pause(chance.between(5_000, 12_000))
      const agent = chance.pick(this.#watch.agents())
      if (!agent) return
      this.agentKilledAt.set(agent.machine, Date.now())
      send(agent.pid, 'SIGKILL')
    })
  }

  /** Frozen for less than the 30 s after which its silence would be noticed. */
  freezeAgents(chance: Chance): Rounds {
    return new Rounds(async (pause) => {
      await pause(chance.between(4_000, 10_000))
      const agent = chance.pick(this.#watch.agents())
      if (!agent) return
      send(agent.pid, 'SIGSTOP')
      this.#agentFreezes++
      await pause(chance.between(1_000, 12_000))
      send(agent.pid, 'SIGCONT')
    })
  }

  killServer(chance: Chance): Rounds {
    return new Rounds(async (pause) => {
      await pause(chance.between(12_000, 25_000))
      await this.killServerOnce(() => pause(chance.between(0, 6_000)))
    })
  }

  killServerOnce(away: () => Promise<void>): Promise<void> {
    return this.#site.alone(async () => {
      this.serverKilledAt.push(Date.now())
      await this.#site.killServer()
      await away()
      await this.#site.startServer()
    })
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended by itself.
  }
}
