import type { AgentsReading, QueueReading, TaskEnding, WorkReading } from '../ports/ci-server.ts'
import type { OutsideError } from '../ports/errors.ts'
import type { AgentId } from './agent.ts'
import type { Machine } from './machine.ts'
import type { Offering } from './money.ts'
import type { PoolId } from './pool.ts'
import type { StandingSeen } from './standing-machine.ts'

/** What was read, or why it could not be: unknown is not empty. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: OutsideError }

export interface MachinesReading {
  readonly machines: readonly Machine[]
  /** Made by hand, and in no other list: those that are gone too. */
  readonly standing: readonly StandingSeen[]
  /** What the pool may launch, in the order to try, with prices as far as they are known; empty: nobody knows. */
  readonly offerings: readonly Offering[]
  /** By the monotonic clock, stamped before the list was requested. */
  readonly readAt: number
  /** A look before this one has used it already: good enough to grow on, never to end anything. */
  readonly reused: boolean
}

/** A launch or an end that had begun, and not ended, when the reading started. */
export interface Operation {
  readonly kind: 'launch' | 'start' | 'cordon' | 'uncordon' | 'park' | 'terminate' | 'forget'
  readonly pool: PoolId
  /** The agent's and machine's name. */
  readonly name: string
  readonly agentId?: AgentId
  /** `Launch.forTask`. */
  readonly forTask?: string
  /** `Launch.forClass`. */
  readonly forClass?: string
  /** `Launch.machineType`. */
  readonly machineType?: string
  readonly startedAt: number
  /** Of one that ends a machine or a record: why, in a sentence. */
  readonly reason?: string
}

/** All that one plan is made from, read in this order: machines, agents, queue, work. */
export interface Snapshot {
  /** By our clock, stamped before the reading began. */
  readonly takenAt: number
  readonly inFlight: readonly Operation[]
  readonly machines: ReadonlyMap<PoolId, Reading<MachinesReading>>
  readonly agents: Reading<AgentsReading>
  readonly queue: Reading<QueueReading>
  /** `undefined`: not asked for, as nothing was to be ended. */
  readonly work: Reading<WorkReading> | undefined
  /** Of tasks that left the queue soon after they began; `undefined`: not asked for. */
  readonly endings?: readonly TaskEnding[] | undefined
  /** When the stream of events last broke without our doing: a sign that the server may have restarted. */
  readonly streamBrokeAt: number | undefined
}
