import { readdir, readFile } from 'node:fs/promises'
import type { ListedProcess, ProcessTable } from './process-table.ts'

/** Files open at a time: a computer may have more processes than we may open files. */
const BATCH = 64

/** Linux: proc(5) has all that is to be known. */
export async function openLinuxProcesses(): Promise<ProcessTable> {
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()

  const find = async (pid: number): Promise<ListedProcess | undefined> => {
    const stat = await readIfThere(`/proc/${pid}/stat`)
    // The second field is the program's name in brackets, and may itself hold brackets and blanks.
    const [state, , group, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
    if (state === undefined || state === 'Z' || state === 'X') return undefined
    // Field 22, the start in clock ticks since boot; `rest` begins with field 6.
    return { pid, group: Number(group), identity: `${bootId}:${rest[16]}` }
  }

  return {
    find,
    list: () => ofEach(find),
    withEnvironment: (marker) =>
      ofEach(async (pid) => {
        const environment = await readIfThere(`/proc/${pid}/environ`)
        return environment?.split('\0').includes(marker) ? pid : undefined
      }),
  }
}

async function ofEach<T>(look: (pid: number) => Promise<T | undefined>): Promise<readonly T[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found: T[] = []
  for (let i = 0; i < pids.length; i += BATCH) {
    const answers = await Promise.all(pids.slice(i, i + BATCH).map(look))
    found.push(...answers.filter((answer) => answer !== undefined))
  }
  return found
}

/** `undefined`: it has ended, or is another user's. Any other failure is one: it must not look like an end. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'latin1')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined
    throw error
  }
}
