import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { Rejected } from '@woodpeckers/autoscaler-core'

/**
 * The file that a program's name stands for: a path as it is, a bare name looked up in PATH.
 *
 * @throws Rejected where there is none that may be run, with the name of the setting
 */
export async function findProgram(program: string, path: string | undefined): Promise<string> {
  const candidates = program.includes('/')
    ? [resolve(program)]
    : (path ?? '')
        .split(delimiter)
        .filter((folder) => folder !== '')
        .map((folder) => join(folder, program))
  for (const candidate of candidates) if (await canRun(candidate)) return candidate
  throw new Rejected(
    `there is no program "${program}"${program.includes('/') ? '' : ' in PATH'}: ` +
      'install the agent, or set --local-command (WOODPECKER_LOCAL_COMMAND) to where it is',
  )
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
