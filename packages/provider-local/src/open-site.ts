import { type ProviderContext, Rejected } from '@woodpeckers/autoscaler-core'
import { openLinuxProcesses } from './linux-processes.ts'
import { MachineRecords } from './machine-record.ts'
import type { LocalOptions } from './options.ts'
import { defaultDirectory, openPoolFolder } from './pool-folder.ts'
import { psProcesses } from './ps-processes.ts'
import type { LocalSite } from './site.ts'

/**
 * Opens the pool's folder and the system's process table.
 *
 * @throws Rejected where the folder cannot be used, or on Windows, which has no process groups
 */
export async function openSite(
  { options, pool, clock, log }: ProviderContext<LocalOptions>,
  environment: NodeJS.ProcessEnv,
): Promise<LocalSite> {
  if (process.platform === 'win32') throw new Rejected('the provider local does not work on Windows')
  const table = process.platform === 'linux' ? await openLinuxProcesses() : psProcesses
  const folder = await openPoolFolder(options.directory ?? defaultDirectory(environment), pool.id)
  const self = await table.find(process.pid)
  return {
    options,
    folder,
    records: new MachineRecords(folder.machines),
    table,
    self: { pid: process.pid, identity: self?.identity ?? 'unknown' },
    environment,
    clock,
    log,
  }
}
