import { readFileSync } from 'node:fs'

export interface ConnectionLimits {
  /** Open at the same time, without event streams. */
  readonly connections: number
  /** Event streams. */
  readonly followers: number
}

/** The default of most systems. */
const USUAL_OPEN_FILES = 1_024

/**
 * Returns limits that leave half of the file descriptors to the engine, whose calls need sockets too. A connection
 * that was closed holds its descriptor a little longer, so `connections` counts twice: 2/8 and 2/8 are half.
 */
export function connectionLimits(openFiles: number): ConnectionLimits {
  return {
    connections: Math.max(8, Math.min(256, Math.floor(openFiles / 8))),
    followers: Math.max(4, Math.min(1_000, Math.floor(openFiles / 4))),
  }
}

/** Returns how many files this process may open. Only Linux says so in a file; elsewhere the usual number is taken. */
export function openFilesAtMost(): number {
  try {
    return parsedOpenFiles(readFileSync('/proc/self/limits', 'utf8'))
  } catch {
    return USUAL_OPEN_FILES
  }
}

/** Returns the soft limit of `/proc/<pid>/limits`; Node raises it to the hard one when it starts. */
export function parsedOpenFiles(limits: string): number {
  const soft = /^Max open files\s+(\S+)/m.exec(limits)?.[1]
  if (soft === 'unlimited') return Number.MAX_SAFE_INTEGER
  const files = Number(soft)
  return Number.isSafeInteger(files) && files > 0 ? files : USUAL_OPEN_FILES
}
