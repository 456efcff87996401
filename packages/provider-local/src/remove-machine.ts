import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sleep, Transient } from '@woodpeckers/autoscaler-core'
import { emptyAsItsOwner } from './local-user.ts'
import { endProcesses, findProcesses, MARKER, markerOf } from './machine-processes.ts'
import type { MachineRecord } from './machine-record.ts'
import { isBeingLaunched } from './machine-state.ts'
import type { LocalSite } from './site.ts'

/** Another autoscaler takes milliseconds from its record to the process. */
const LAUNCHED_WITHIN_MS = 5_000
/** Far longer than any autoscaler needs from a draft to a record. */
const DRAFT_LIVES_MS = 60_000

/** Ends all processes of a machine, then removes its folder, and last what is remembered of it. */
export async function removeMachine(site: LocalSite, name: string, signal: AbortSignal): Promise<void> {
  const record = await launchedRecord(site, name, signal)
  if (record === 'none') return
  const marker = `${MARKER}=${markerOf(site.folder, name)}`
  await endProcesses(() => findProcesses(site.table, marker, record), {
    table: site.table,
    clock: site.clock,
    stopTimeoutMs: site.options.stopTimeout,
    signal,
  })
  try {
    await emptyAsItsOwner(join(site.folder.work, name))
    await rm(join(site.folder.work, name), { recursive: true, force: true, maxRetries: 3 })
  } catch (cause) {
    throw new Transient(`the processes of ${name} have ended, but its folder stays: ${String(cause)}`, {
      cause,
    })
  }
  await site.records.delete(name)
  await site.records.dropDrafts(site.clock.now() - DRAFT_LIVES_MS)
  await dropOldLogs(site)
}

/** A damaged record counts as one without a process: the marks are enough. */
async function launchedRecord(
  site: LocalSite,
  name: string,
  signal: AbortSignal,
): Promise<MachineRecord | undefined | 'none'> {
  const read = () => site.records.read(name).then((found) => found ?? ('none' as const))
  const since = site.clock.monotonic()
  try {
    for (;;) {
      const record = await read()
      if (record === 'none' || record.process || !(await isBeingLaunched(site, record))) return record
      if (site.clock.monotonic() - since >= LAUNCHED_WITHIN_MS) return record
      await sleep(site.clock, 20, signal)
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'UnexpectedAnswer') return undefined
    throw error
  }
}

async function dropOldLogs({ folder, records, options }: LocalSite): Promise<void> {
  const there = new Set(await records.names())
  const ended = (await readdir(folder.logs)).filter((file) => !there.has(file.replace(/\.log$/, '')))
  const aged = await Promise.all(
    ended.map(async (file) => ({
      file,
      at: (await stat(join(folder.logs, file)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  )
  for (const { file } of aged.toSorted((a, b) => b.at - a.at).slice(options.keepLogs)) {
    await rm(join(folder.logs, file), { force: true })
  }
}
