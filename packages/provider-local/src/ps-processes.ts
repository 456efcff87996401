import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ListedProcess, ProcessTable } from './process-table.ts'

const run = promisify(execFile)
const LINE = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/

/**
 * macOS and the BSDs: ps(1) tells starts to the second. It does not tell environments reliably, so what a
 * machine leaves behind outside its group is not found, nor is a process whose start was not written down.
 */
export const psProcesses: ProcessTable = {
  find: async (pid) => (await list()).find((listed) => listed.pid === pid),
  list,
  withEnvironment: async () => undefined,
}

async function list(): Promise<readonly ListedProcess[]> {
  // The start is spelt in the local time and language, unless told otherwise.
  const { stdout } = await run('ps', ['-Ao', 'pid=,pgid=,stat=,lstart='], {
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC0' },
    maxBuffer: 16 * 1024 * 1024,
  })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, group, state, startedAt] = LINE.exec(line) ?? []
    if (startedAt === undefined || state?.startsWith('Z')) return []
    return [{ pid: Number(pid), group: Number(group), identity: startedAt }]
  })
}
