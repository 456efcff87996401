import { readFileSync, statSync } from 'node:fs'
import { stateOfText } from './kept-state.ts'
import type { KeptState } from './state-sections.ts'

/** What a state file says at one moment. */
export interface ReadState {
  readonly kept: KeptState
  readonly unknown: Readonly<Record<string, unknown>>
  /** Why the file, or a part of it, cannot be used; `undefined`: it can, or there is no file yet. */
  readonly problem?: string
  /** The file has content that this program cannot use: it is worth a copy before it is overwritten. */
  readonly isDamaged: boolean
  /** The file is there and its content is not known, so it must not be overwritten. */
  readonly isUnreadable: boolean
  /** Identifies the file as it was then: it changes with each replacement. Empty: there is none. */
  readonly stamp: string
}

type Content = Omit<ReadState, 'stamp'>

/** No state is as long as this: whatever is there, it is another file. */
const LONGEST_BYTES = 64 * 1_048_576

const NOTHING: Content = { kept: {}, unknown: {}, isDamaged: false, isUnreadable: false }

/** Reads what an earlier process has kept. A file that cannot be used never stops the program. */
export function readStateFile(path: string): ReadState {
  // Taken first: a file that is replaced during the read counts as changed, and is read again.
  const stamp = stampOf(path)
  return { ...contentOf(path), stamp }
}

export function stampOf(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path)
    return `${ino} ${mtimeMs} ${size}`
  } catch {
    return ''
  }
}

function contentOf(path: string): Content {
  let text: string
  try {
    const stats = statSync(path)
    // Reading a pipe or a device might never end.
    if (!stats.isFile()) return unreadable('it is not a regular file')
    if (stats.size > LONGEST_BYTES)
      return unreadable(`it has ${stats.size} bytes, which is more than any state file has`)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? NOTHING : unreadable(message)
  }
  if (text.trim() === '') return { ...NOTHING, problem: 'it is empty' }
  const { kept, unknown, damaged } = stateOfText(text)
  if (damaged === 'all')
    return { ...NOTHING, isDamaged: true, problem: 'it is truncated, corrupt, or not a state file' }
  if (damaged.length === 0) return { ...NOTHING, kept, unknown }
  return { ...NOTHING, kept, unknown, isDamaged: true, problem: `corrupt: ${damaged.join(', ')}` }
}

function unreadable(reason: string): Content {
  return { ...NOTHING, problem: `it cannot be read: ${reason}`, isUnreadable: true }
}
