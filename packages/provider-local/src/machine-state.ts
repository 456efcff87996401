import type { Machine } from '@woodpeckers/autoscaler-core'
import { isRunning, launching, MARKER, markerOf } from './machine-processes.ts'
import type { KnownProcess, MachineRecord } from './machine-record.ts'
import type { LocalSite } from './site.ts'

/** What has become of a machine by its record: `stopped` when its agent has ended by itself. */
export async function stateOf(site: LocalSite, record: MachineRecord): Promise<Machine['state']> {
  if (await isBeingLaunched(site, record)) return 'starting'
  const known = await processOf(site, record)
  return known && (await isRunning(site.table, known)) ? 'running' : 'stopped'
}

/** Whether the autoscaler that wrote the record is still at it. */
export async function isBeingLaunched(
  site: LocalSite,
  { name, launcher, process: started }: MachineRecord,
): Promise<boolean> {
  if (started) return false
  if (launcher.pid === site.self.pid && launcher.identity === site.self.identity) {
    return launching.has(markerOf(site.folder, name))
  }
  return await isRunning(site.table, launcher)
}

/**
 * The machine's first process. Where the autoscaler ended between starting it and writing it down, it is
 * known by its mark; `undefined`: nothing was started.
 */
export async function processOf(site: LocalSite, record: MachineRecord): Promise<KnownProcess | undefined> {
  if (record.process) return record.process
  const marked = await site.table.withEnvironment(`${MARKER}=${markerOf(site.folder, record.name)}`)
  if (marked === undefined) {
    const message = 'its launch was cut short, and this system does not show whether its process runs'
    site.log.warn({ machine: record.name }, message)
  }
  for (const pid of marked ?? []) {
    const found = await site.table.find(pid)
    // The first process is the one that leads a group; its children are in it.
    if (found?.group === pid) return found
  }
  return undefined
}
