import type { AgentId } from './agent.ts'
import type { Machine } from './machine.ts'

/** A machine that somebody made by hand, with its agent: started and stopped, never ended. */
export interface StandingMachine {
  /** As the cloud calls it; what `start` and `stop` take. */
  readonly id: string
  /** As its owner calls it. */
  readonly name?: string
  /** `gone`: the cloud has no such machine (any more). */
  readonly state: Machine['state'] | 'gone'
  /** Its latest start, whoever started it. Without it: a start by hand is noticed only by its agent's contact. */
  readonly startedAt?: number
  /** Since when it has been in `stopping`. Without it: one that hangs there is not noticed. */
  readonly stoppingSince?: number
  readonly offering?: string
}

/** The same with the agent that its owner says is on it; `undefined`: nobody has said. */
export interface StandingSeen extends StandingMachine {
  readonly agentId: AgentId | undefined
}
