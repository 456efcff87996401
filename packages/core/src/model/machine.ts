import type { Money } from './money.ts'

/** What a provider runs. Facts only: whether it is too old or lost is for the engine to say. */
export interface Machine {
  /** The agent's name: `pool-<pool>-agent-<suffix>`. */
  readonly name: string
  /** When the provider made it, by our clock; without it the first time that it was listed counts. */
  readonly createdAt?: number
  /** `unknown` where the provider cannot tell. A `stopped` one counts as there, and runs nothing. */
  readonly state: 'starting' | 'running' | 'stopping' | 'stopped' | 'unknown'
  /** The cloud's own word for a state of `starting` or `unknown`, for people. */
  readonly status?: string
  /** `Offering.id`. */
  readonly offering?: string
  readonly hourlyPrice?: Money
  /** How many carry the name, where it is more than one: an order can reach a cloud twice. */
  readonly copies?: number
  /**
   * There is no machine any more, but something of it that is paid for, such as an address: `removeAgent` deletes that.
   * As long as its agent has a record it does not count as a machine.
   */
  readonly isRemains?: true
  /** The cloud has given notice that it takes the machine back, as of a spot machine; why, in its words. */
  readonly endingSoon?: string
}
