import type { LiveAgent } from './fleet.ts'

/** What the world itself has done to agents and tasks: nobody else is to blame for what is lost by it. */
export class Damage {
  /** Names of agents whose work may be lost. */
  readonly names: Set<string> = new Set()
  /**
   * Numbers that a restored database gives again while an agent with the shared secret still shows them: it is taken for
   * the new one, and takes tasks in its name.
   */
  readonly agentIds: Set<number> = new Set()
  /** Tasks that nobody wants any more, or that a restored database has forgotten. */
  readonly tasks: Set<string> = new Set()
  /** Those that people have cancelled: nobody wants their results, and an agent that was not told works on in vain. */
  readonly cancelled: Set<string> = new Set()
  /**
   * Tasks in hand when the database was restored: their ids are given again, and whoever delivers the old one
   * ends the new one at the server, which then takes the agent that runs it for idle.
   */
  readonly mistakable: Set<string> = new Set()

  harm(agent: LiveAgent, how: string): void {
    agent.harmed ??= how
    this.names.add(agent.name)
  }
}
