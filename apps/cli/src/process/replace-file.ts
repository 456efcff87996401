import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A file that is mounted by itself, or whose directory is read-only, cannot be replaced: only its content can. */
const IN_PLACE: ReadonlySet<string> = new Set(['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS'])

/**
 * Replaces a file so that it is either the old or the new one, even after a power failure: a second file is written and
 * synced, renamed over the first, and the directory is synced. Where that is impossible, the content is overwritten.
 *
 * @throws what the system says; unless its content had to be overwritten, the file is then as it was
 */
export function replaceFile(path: string, text: string): void {
  // A symbolic link stays one: what it points to may be on another file system.
  const target = targetOf(path)
  const fresh = `${target}.${process.pid}.new`
  try {
    writeSynced(fresh, 'w', text)
    renameSync(fresh, target)
  } catch (error) {
    rmSync(fresh, { force: true })
    if (!IN_PLACE.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    writeSynced(target, 'w', text)
  }
  syncDirectory(dirname(target))
}

function writeSynced(path: string, flag: string, text: string): void {
  const file = openSync(path, flag, 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, 'r')
    try {
      fsyncSync(directory)
    } finally {
      closeSync(directory)
    }
  } catch {
    // Some file systems cannot sync a directory; the file itself is written.
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
