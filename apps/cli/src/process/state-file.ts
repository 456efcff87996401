import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type Clock, type Log, type Period, Rejected, type Spent } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { PartFailed } from '../part-failed.ts'

/** What was spent is written so often, and at the end: what a sudden death forgets is less than that. */
const WRITE_EVERY_MS = 60_000

const period = z.strictObject({ key: z.string(), amounts: z.record(z.string(), z.number().min(0)) })
const schema = z.strictObject({
  version: z.literal(1),
  spent: z.strictObject({ at: z.number().optional(), day: period, month: period }),
})

type Written = z.infer<typeof schema>

/**
 * What an earlier process has kept; `undefined`: none has.
 *
 * @throws PartFailed where the file is no such file: to begin from nothing would spend all of it once more
 */
export function readStateFile(path: string): Spent | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PartFailed('state file', new Rejected((error as Error).message))
  }
  try {
    const { at, day, month } = schema.parse(JSON.parse(text)).spent
    return { at, readAt: new Map(), day: fromFile(day), month: fromFile(month) }
  } catch (cause) {
    const wrong = `${path} is not what this program has written; mend it, or remove it to begin from nothing`
    throw new PartFailed('state file', new Rejected(wrong, { cause }))
  }
}

/** Keeps what is spent; one that cannot be written is told once, until it works again. */
export class StateFile {
  readonly #path: string
  readonly #clock: Clock
  readonly #log: Log
  #writtenAt = Number.NEGATIVE_INFINITY
  #unwritten: Spent | undefined
  #isFailing = false

  constructor(path: string, clock: Clock, log: Log) {
    this.#path = path
    this.#clock = clock
    this.#log = log
  }

  /** To be called after each tick. */
  keep(spent: Spent): void {
    this.#unwritten = spent
    if (this.#clock.now() - this.#writtenAt >= WRITE_EVERY_MS) this.flush()
  }

  flush(): void {
    const spent = this.#unwritten
    if (!spent) return
    const { at, day, month } = spent
    const written: Written = {
      version: 1,
      spent: { ...(at !== undefined && { at }), day: toFile(day), month: toFile(month) },
    }
    try {
      // By way of a second file, so that a sudden death leaves a whole one.
      writeFileSync(`${this.#path}.new`, `${JSON.stringify(written, undefined, 2)}\n`, { mode: 0o600 })
      renameSync(`${this.#path}.new`, this.#path)
      this.#unwritten = undefined
      this.#writtenAt = this.#clock.now()
      this.#isFailing = false
    } catch (error) {
      const reason = (error as Error).message
      if (!this.#isFailing)
        this.#log.warn({ path: this.#path }, `the state file cannot be written: ${reason}`)
      this.#isFailing = true
    }
  }
}

function fromFile({ key, amounts }: Written['spent']['day']): Period {
  return { key, amounts: new Map(Object.entries(amounts)) }
}

function toFile({ key, amounts }: Period): Written['spent']['day'] {
  return { key, amounts: Object.fromEntries(amounts) }
}
