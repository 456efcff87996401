import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import type { Inhabitant, MachineOrder } from '../cloud/cloud-machine.ts'
import type { TimewebCatalogue } from './catalogue.ts'

export interface TimewebToken {
  readonly token: string
  /** `expired` is answered as an unknown one is: 401, with nothing in it. */
  readonly rights: 'all' | 'read' | 'expired'
  /** May delete without a confirmation. */
  readonly isAbleToDelete: boolean
}

/** What the account is like; every value has a default. */
export interface TimewebSettings {
  readonly tokens: readonly TimewebToken[]
  readonly catalogue: TimewebCatalogue
  /** How deleting is confirmed by those whose token may not delete by itself. */
  readonly confirmation: 'code' | 'sms'
  /** What is deleted waits a while in quarantine. */
  readonly quarantine: boolean
  /** How many servers the account may have. */
  readonly serverLimit: number
  /** Roubles: nothing is ordered without. */
  readonly balance: number
  readonly answerMs: number
  /** From the order until the status is `on`; it is `installing` before, without an address. */
  readonly startMs: number | ((random: Random) => number)
  /** From the order until its agent starts. */
  readonly bootMs: number | ((random: Random) => number)
  /** How long a new server is missing from lists. */
  readonly listLagMs: number
  /** What the edge bears, and how long it shuts out a client that asks more. */
  readonly edge: { readonly perSecond: number; readonly burst: number; readonly banMs: number }
}

export interface EmulatedTimewebOptions extends Partial<TimewebSettings> {
  readonly clock: Clock
  readonly random: Random
  /** Starts what a machine was made for, from the environment in its user data. Nothing runs without it. */
  readonly onBoot?: (machine: MachineOrder) => Inhabitant
}
