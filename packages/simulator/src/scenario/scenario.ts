import type { FleetPolicy, PoolPolicy } from '@woodpeckers/autoscaler-core'
import type { ImageSetup } from './image-setup.ts'
import type { Mishap } from './mishaps.ts'
import type { PeopleOrder } from './people-orders.ts'
import type { WeatherFront } from './weather.ts'

/** Which emulated cloud it is. */
export type CloudKind = 'hetzner' | 'timeweb' | 'plain'

/** A world before it begins: plain data, so that it can be kept in a file and made smaller. */
export interface Scenario {
  readonly seed: number
  /** So long jobs come and things go wrong; then it is calm. */
  readonly stormMs: number
  readonly intervalMs: number
  readonly server: ServerSetup
  readonly clouds: readonly CloudSetup[]
  readonly pools: readonly PoolSetup[]
  /** What differs from an unlimited fleet. */
  readonly fleet?: Partial<FleetPolicy>
  readonly arrivals: readonly Arrival[]
  readonly weather: readonly WeatherFront[]
  readonly mishaps: readonly Mishap[]
  /** When what is wrong with images and templates is mended: with a new configuration, or without a word. Without it: never. */
  readonly mended?: { readonly atMs: number; readonly by: 'config' | 'image' }
  /** What people ask for; without it: nothing. */
  readonly orders?: readonly PeopleOrder[]
}

export interface ServerSetup {
  /** How far its clock is ahead of the world's. */
  readonly clockOffsetMs: number
  readonly hasEvents: boolean
  /** Between the eviction of idle pollers and the write of the row, in a PATCH. */
  readonly patchGapMs: number
  /** Between the read of an agent's row and its write, after work. */
  readonly forgeMs: number
  readonly writeMs: number
  /** As many rows as a page of a list has. */
  readonly pageSize: number
}

/** An account at a cloud; several pools may share it. */
export interface CloudSetup {
  readonly kind: CloudKind
  readonly bootMs: readonly [least: number, most: number]
  readonly listLagMs: number
  /** How long each answer takes. */
  readonly answerMs: number
  /** How long an end takes that was accepted. */
  readonly deleteMs: number
  /** Whether lists have facts of each machine, or names alone, where the cloud leaves the choice. */
  readonly listsFacts: boolean
}

export interface PoolSetup {
  readonly id: string
  /** One of the scenario's clouds: each kind is there once at most. */
  readonly cloud: CloudKind
  /** What differs from the usual policy. */
  readonly policy: Partial<Omit<PoolPolicy, 'id' | 'offer'>>
  /** What its agents are labelled with. */
  readonly labels: Readonly<Record<string, string>>
  /** What is wrong with its machines; without it: nothing. */
  readonly image?: ImageSetup
}

/** Jobs that come together, as one pipeline. */
export interface Arrival {
  readonly atMs: number
  readonly jobs: readonly ArrivingJob[]
}

export interface ArrivingJob {
  readonly durationMs: number
  readonly labels?: Readonly<Record<string, string>>
  /** Waits for the job before it in the pipeline. */
  readonly afterPrevious?: boolean
  /** At most this many of its group run at once. */
  readonly concurrency?: number
  /** Whatever agent runs it. */
  readonly fails?: boolean
}
