import type { Offering } from '@woodpeckers/autoscaler-core'

/** What runs on a machine once it has booted. */
export interface Inhabitant {
  /** The machine went: nobody is told. */
  vanish(): void
}

/** What a machine was ordered with. */
export interface MachineOrder {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  readonly offering: Offering
}

/** A machine of the emulated cloud, from its order on; it stays in the books after its end. */
export interface CloudMachine extends MachineOrder {
  readonly createdAt: number
  state: 'starting' | 'running' | 'stopped' | 'ended'
  endedAt: number | undefined
  /** Until when lists miss it. */
  hiddenUntil: number
  inhabitant: Inhabitant | undefined
}
