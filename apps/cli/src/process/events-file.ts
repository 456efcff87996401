import { basename, dirname } from 'node:path'
import type { Clock, Log } from '@woodpeckers/autoscaler-core'
import type { EventView } from '@woodpeckers/autoscaler-observer'
import { createStream, type RotatingFileStream } from 'rotating-file-stream'

/** At this size a new file is begun. */
const SIZE = '10M'
/** Old ones that are kept, beside the one that is written: `<name>.1` is the newest of them. */
const OLD_FILES = 4
/** What waits for a slow disk is kept up to here; what comes on top is not in the file. */
const UNWRITTEN_BYTES = 4 * 1_048_576
const TRY_AGAIN_AFTER_MS = 60_000

/**
 * Keeps events in a file, a line of JSON each, which rotates: 50 MB in all. A disk that is full, or hangs, costs lines
 * and nothing else; it is told once, until it works again.
 */
export class EventsFile {
  readonly #path: string
  readonly #clock: Clock
  readonly #log: Log
  #stream: RotatingFileStream | undefined
  #failedAt = Number.NEGATIVE_INFINITY
  #isTold = false

  constructor(path: string, clock: Clock, log: Log) {
    this.#path = path
    this.#clock = clock
    this.#log = log
  }

  add(events: readonly EventView[]): void {
    const stream = this.#open()
    if (!stream || events.length === 0) return
    if (stream.writableLength > UNWRITTEN_BYTES) this.#tell('the disk is too slow')
    else
      stream.write(events.map((event) => `${JSON.stringify(event)}\n`).join(''), (error) => {
        if (!error) this.#isTold = false
      })
  }

  /** Waits until all is written, or cannot be. */
  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    if (!stream || stream.destroyed) return
    await new Promise<void>((resolve) => {
      stream.once('close', resolve).once('error', () => resolve())
      stream.end(() => resolve())
    })
  }

  #open(): RotatingFileStream | undefined {
    if (this.#stream) return this.#stream
    if (this.#clock.monotonic() - this.#failedAt < TRY_AGAIN_AFTER_MS) return undefined
    const stream = createStream(rotatedName(basename(this.#path)), {
      path: dirname(this.#path),
      size: SIZE,
      rotate: OLD_FILES,
      mode: 0o600,
    })
    const failed = (error: Error) => {
      if (this.#stream === stream) this.#stream = undefined
      this.#failedAt = this.#clock.monotonic()
      stream.destroy()
      this.#tell(error.message)
    }
    stream.on('error', failed).on('warning', failed)
    this.#stream = stream
    return stream
  }

  #tell(reason: string): void {
    if (!this.#isTold) this.#log.warn({ path: this.#path }, `the events file cannot be written: ${reason}`)
    this.#isTold = true
  }
}

function rotatedName(name: string): (index: number | Date | null) => string {
  return (index) => (index === null ? name : `${name}.${index}`)
}
