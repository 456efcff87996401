import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandContext } from './commands/index.ts'

type Asked = Pick<CommandContext, 'switches' | 'cwd'>

/** Writes the file that the flag names; answers what is wrong, in one line. One that is there stays, unless `--force`. */
export function writeNew(name: string, text: string, { switches, cwd }: Asked): string | undefined {
  const path = String(switches[name])
  try {
    writeFileSync(resolve(cwd, path), text, { flag: switches['force'] === true ? 'w' : 'wx' })
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'EEXIST'
      ? thereAlready(name, path)
      : `${named(name, path)}, which cannot be written: ${message}`
  }
}

/** Of the files that these flags name, those that are in the way: to be told before the work, and not after it. */
export function filesInTheWay(names: readonly string[], { switches, cwd }: Asked): readonly string[] {
  if (switches['force'] === true) return []
  return names.flatMap((name) => {
    const path = switches[name]
    const isThere = typeof path === 'string' && existsSync(resolve(cwd, path))
    return isThere ? [thereAlready(name, path)] : []
  })
}

function thereAlready(name: string, path: string): string {
  return `${named(name, path)}, which is there already; --force writes over it`
}

function named(name: string, path: string): string {
  return `--${name} is ${JSON.stringify(path)}`
}
