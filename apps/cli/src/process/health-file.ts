import { renameSync, writeFileSync } from 'node:fs'
import type { Clock, Log } from '@woodpeckers/autoscaler-core'

/**
 * Answers a function that writes the present time into a file, to be called when a tick has ended: a file
 * that grows old means a loop that no longer turns. One that cannot be written is told once, until it works
 * again; scaling goes on.
 */
export function healthFile(path: string, clock: Clock, log: Log): () => void {
  let isFailing = false
  return () => {
    try {
      // By way of a second file, so that nobody reads half a time.
      writeFileSync(`${path}.new`, `${new Date(clock.now()).toISOString()}\n`)
      renameSync(`${path}.new`, path)
      isFailing = false
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (!isFailing) log.warn({ path }, `the health file cannot be written: ${reason}`)
      isFailing = true
    }
  }
}
