import { type Clock, sleep, Transient } from '@woodpeckers/autoscaler-core'
import type { KnownProcess, MachineRecord } from './machine-record.ts'
import type { PoolFolder } from './pool-folder.ts'
import type { ListedProcess, ProcessTable } from './process-table.ts'

/** In the environment of every process of a machine, which its children inherit. */
export const MARKER = 'WOODPECKER_AUTOSCALER_MACHINE'

/** The machine's name, and where it is remembered: two autoscalers' machines of one name stay apart. */
export function markerOf(folder: PoolFolder, name: string): string {
  return `${name}@${folder.machines}`
}

/**
 * Marks of the machines that this process is launching right now. One set for all providers in it: a record
 * says which process wrote it, not which provider.
 */
export const launching: Set<string> = new Set()

const LOOK_EVERY_MS = 50
/** A killed process is gone at once, unless the kernel holds it (a file system that hangs). */
const KILLED_WITHIN_MS = 5_000

/** Whether this very process runs, and not another one with its pid. */
export async function isRunning(table: ProcessTable, known: KnownProcess): Promise<boolean> {
  return (await table.find(known.pid))?.identity === known.identity
}

/**
 * Every process of the machine: those marked as its own, and the groups that are surely its own, with
 * whoever in them has thrown the mark away.
 */
export async function findProcesses(
  table: ProcessTable,
  marker: string,
  record: MachineRecord | undefined,
): Promise<readonly ListedProcess[]> {
  const marked = new Set(await table.withEnvironment(marker))
  const all = await table.list()
  const leader = record?.process
  // While a group has members its number is given to no new process: one marked member proves the group.
  const groupIsOurs =
    leader !== undefined &&
    all.some(
      ({ pid, group, identity }) =>
        group === leader.pid && (marked.has(pid) || (pid === leader.pid && identity === leader.identity)),
    )
  return all.filter(
    ({ pid, group }) => pid !== process.pid && (marked.has(pid) || (groupIsOurs && group === leader.pid)),
  )
}

export interface Ending {
  readonly table: ProcessTable
  readonly clock: Clock
  /** Until those that do not end when asked are killed. */
  readonly stopTimeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Ends every process that `find` finds, also those started meanwhile, and returns when none is left.
 *
 * @throws Transient where one outlives being killed
 */
export async function endProcesses(
  find: () => Promise<readonly ListedProcess[]>,
  ending: Ending,
): Promise<void> {
  const askedAt = ending.clock.monotonic()
  const asked = new Set<string>()
  for (;;) {
    const left = await find()
    if (left.length === 0) return
    const tookMs = ending.clock.monotonic() - askedAt
    if (tookMs > ending.stopTimeoutMs + KILLED_WITHIN_MS) {
      throw new Transient(`still running although killed: pid ${left.map(({ pid }) => pid).join(', ')}`)
    }
    for (const each of left) {
      const key = `${each.pid} ${each.identity}`
      if (tookMs >= ending.stopTimeoutMs) await send(ending.table, each, 'SIGKILL')
      else if (!asked.has(key)) await send(ending.table, each, 'SIGTERM')
      asked.add(key)
    }
    await sleep(ending.clock, LOOK_EVERY_MS, ending.signal)
  }
}

/** Each process by itself, looked at right before: a signal to a whole group could reach a later one. */
async function send(table: ProcessTable, to: ListedProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (!(await isRunning(table, to))) return
  try {
    process.kill(to.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
