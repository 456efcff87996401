import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandContext } from '../commands/index.ts'

interface Where {
  readonly cwd: string
  readonly force: boolean
}

/** Writes a file; answers what is wrong, in one line that names the flag. One that is there stays, unless `force`. */
export function writeNew(
  flag: string,
  path: string,
  text: string,
  { cwd, force }: Where,
): string | undefined {
  try {
    writeFileSync(resolve(cwd, path), text, { flag: force ? 'w' : 'wx' })
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'EEXIST'
      ? thereAlready(flag, path)
      : `${named(flag, path)}, which cannot be written: ${message}`
  }
}

/** Of the files that these flags name, those that are in the way: to be told before the work, and not after it. */
export function filesInTheWay(
  flags: readonly string[],
  { switches, cwd }: Pick<CommandContext, 'switches' | 'cwd'>,
): readonly string[] {
  if (switches['force'] === true) return []
  return flags.flatMap((name) => {
    const path = switches[name]
    const isThere = typeof path === 'string' && existsSync(resolve(cwd, path))
    return isThere ? [thereAlready(`--${name}`, path)] : []
  })
}

function thereAlready(flag: string, path: string): string {
  return `${named(flag, path)}, which is there already; --force writes over it`
}

function named(flag: string, path: string): string {
  return `${flag} is ${JSON.stringify(path)}`
}
