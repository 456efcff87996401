import { writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** Writes a file; answers what is wrong, in one line that names the flag. One that is there stays, unless `force`. */
export function writeNew(
  flag: string,
  path: string,
  text: string,
  { cwd, force }: { readonly cwd: string; readonly force: boolean },
): string | undefined {
  try {
    writeFileSync(isAbsolute(path) ? path : join(cwd, path), text, { flag: force ? 'w' : 'wx' })
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const there = 'which is there already; --force writes over it'
    return `${flag} is ${JSON.stringify(path)}, ${code === 'EEXIST' ? there : `which cannot be written: ${message}`}`
  }
}
