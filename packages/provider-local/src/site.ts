import type { Clock, Log } from '@woodpeckers/autoscaler-core'
import type { LocalUser } from './local-user.ts'
import type { KnownProcess, MachineRecords } from './machine-record.ts'
import type { LocalOptions } from './options.ts'
import type { PoolFolder } from './pool-folder.ts'
import type { ProcessTable } from './process-table.ts'

/** What the parts of this provider work on, for one pool. */
export interface LocalSite {
  readonly options: LocalOptions
  /** `undefined`: that of the autoscaler itself. */
  readonly user: LocalUser | undefined
  readonly folder: PoolFolder
  readonly records: MachineRecords
  readonly table: ProcessTable
  /** This autoscaler's own process, as written into records. */
  readonly self: KnownProcess
  /** The autoscaler's environment: only what is allowed by name leaves it. */
  readonly environment: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly log: Log
}
