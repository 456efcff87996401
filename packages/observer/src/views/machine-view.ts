import type { EventView } from './event-view.ts'
import type { MachineBar } from './history-view.ts'
import type { MachineStatus } from './status-view.ts'

/** One machine, as `/api/v1/machines/<name>` answers it: what it does now, what it did, and what was done to it. */
export interface MachineView {
  /** Without it: it is not there any more. */
  readonly machine?: MachineStatus
  readonly bar?: MachineBar
  /** The latest ones, oldest first. */
  readonly events: readonly EventView[]
}
