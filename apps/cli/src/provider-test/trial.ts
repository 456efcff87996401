import type { Agent, AgentSettings, CiServer, Clock, PoolId, Provider } from '@woodpeckers/autoscaler-core'

/** One test of a provider, with all that it needs. */
export interface Trial {
  /** Of the machine and of its agent. */
  readonly name: string
  readonly pool: PoolId
  readonly provider: Provider
  /** `undefined`: nobody waits for the agent, so none is made. */
  readonly server: CiServer | undefined
  readonly agent: AgentSettings
  /** Of the agent, although it gets no task. */
  readonly slots: number
  readonly clock: Clock
  /** Aborted when the user wants no more of it. */
  readonly stop: AbortSignal
  readonly waits: TrialWaits
  /** Told of secrets before anything can print them. */
  readonly onSecrets: (secrets: readonly string[]) => void
}

export interface TrialWaits {
  /** A new machine may be missing from lists for so long. */
  readonly listedMs: number
  /** From the machine's order to its agent's first contact. */
  readonly connectedMs: number
}

/** What the test has made, or may have made: what there is to clean up. */
export interface Traces {
  record: 'none' | 'unsure' | Agent
  /** `refused`: asked for, and not made; `unsure`: asked for, and not seen yet. */
  machine: 'none' | 'refused' | 'unsure' | 'seen'
}

/** Each call of its own, and how often waiting asks. */
export const LIMITS: Readonly<
  Record<'readMs' | 'deployMs' | 'removeMs' | 'recordMs' | 'goneMs' | 'pollMs' | 'graceMs', number>
> = {
  readMs: 30_000,
  deployMs: 120_000,
  removeMs: 120_000,
  recordMs: 60_000,
  /** From the removal of a machine to a list without it. */
  goneMs: 300_000,
  pollMs: 1_000,
  /** A call that makes something is not cut off for so long after a stop: its answer says what there is to end. */
  graceMs: 10_000,
}
