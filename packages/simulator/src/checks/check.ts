import type { Outcome, TickReport } from '@woodpeckers/autoscaler-core'
import type { QueueEvent } from '@woodpeckers/autoscaler-emulators'
import type { PoolSetup } from '../scenario/scenario.ts'
import type { AutoscalerProcess } from '../world/autoscaler-process.ts'
import type { CloudMachineView } from '../world/clouds/simulated-cloud.ts'
import type { LiveAgent } from '../world/fleet.ts'

/** One promise, held against what really happens; each part is told what it asks for. */
export interface Check {
  onMachine?(pool: PoolSetup, machine: CloudMachineView): void
  onMachineEnd?(agents: readonly LiveAgent[], by: 'autoscaler' | 'world'): void
  onTick?(process: AutoscalerProcess, report: TickReport, calls: number): void
  onOutcome?(process: AutoscalerProcess, outcome: Outcome): void
  onOutput?(text: string): void
  onQueueEvent?(event: QueueEvent): void
  onCall?(process: AutoscalerProcess, method: string, url: string, body: string): void
  /** After each step of the world. */
  afterStep?(): void
  /** When all should be over. */
  atEnd?(): void
}
