import { type ProviderContext, Rejected } from '@woodpeckers/autoscaler-core'
import { openLinuxProcesses } from './linux-processes.ts'
import { findLocalUser, NO_USER_WARNING } from './local-user.ts'
import { MachineRecords } from './machine-record.ts'
import type { LocalOptions } from './options.ts'
import { defaultDirectory, openPoolFolder, SHARED_DIRECTORY } from './pool-folder.ts'
import { psProcesses } from './ps-processes.ts'
import type { LocalSite } from './site.ts'

/**
 * Opens the pool's folder and the system's process table.
 *
 * @throws Rejected where the user or the folder cannot be used, or on Windows, which has no process groups
 */
export async function openSite(
  { options, pool, clock, log }: ProviderContext<LocalOptions>,
  environment: NodeJS.ProcessEnv,
): Promise<LocalSite> {
  if (process.platform === 'win32') throw new Rejected('the provider local does not work on Windows')
  const table = process.platform === 'linux' ? await openLinuxProcesses() : psProcesses
  const user = options.user === undefined ? undefined : await findLocalUser(options.user)
  const directory = options.directory ?? (user ? SHARED_DIRECTORY : defaultDirectory(environment))
  const folder = await openPoolFolder(directory, pool.id, user)
  if (!user) log.warn({ pool: pool.id }, `Provider local: ${NO_USER_WARNING}`)
  const self = await table.find(process.pid)
  return {
    options,
    user,
    folder,
    records: new MachineRecords(folder.machines),
    table,
    self: { pid: process.pid, identity: self?.identity ?? 'unknown' },
    environment,
    clock,
    log,
  }
}
