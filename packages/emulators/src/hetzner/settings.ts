import type { Clock, Random } from '@woodpeckers/autoscaler-core'
import type { Inhabitant, MachineOrder } from '../cloud/cloud-machine.ts'
import type { HetznerImage, HetznerNamed, HetznerServerType } from './project.ts'

export interface HetznerToken {
  readonly token: string
  /** `expired` is answered as an unknown one is. */
  readonly rights: 'read-write' | 'read' | 'expired'
}

/** What the project is like; every value has a default. */
export interface HetznerSettings {
  readonly tokens: readonly HetznerToken[]
  readonly serverTypes: readonly HetznerServerType[]
  readonly images: readonly HetznerImage[]
  readonly sshKeys: readonly HetznerNamed[]
  readonly networks: readonly HetznerNamed[]
  readonly firewalls: readonly HetznerNamed[]
  readonly placementGroups: readonly HetznerNamed[]
  /** How many servers the account may have. */
  readonly serverLimit: number
  /** How many dedicated cores the account may have, in all servers together. */
  readonly dedicatedCoreLimit: number
  readonly ipv4HourlyNet: number
  /** How long each answer takes, after what was asked for is done. */
  readonly answerMs: number
  /** From the order until the server runs; it is `initializing` before. */
  readonly startMs: number | ((random: Random) => number)
  /** From the order until its agent starts. */
  readonly bootMs: number | ((random: Random) => number)
  /** From the call that deletes it until a server is gone. */
  readonly deleteMs: number
  /** How long a new server is missing from lists. */
  readonly listLagMs: number
  /** Requests in a row, and how many come back each second. */
  readonly rateLimit: { readonly burst: number; readonly perSecond: number }
}

export interface EmulatedHetznerOptions extends Partial<HetznerSettings> {
  readonly clock: Clock
  readonly random: Random
  /** Starts what a machine was made for, from the environment in its user data. Nothing runs without it. */
  readonly onBoot?: (machine: MachineOrder) => Inhabitant
}
