import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import {
  type Clock,
  type Log,
  noOrders,
  type Orders,
  Rejected,
  type Spent,
} from '@woodpeckers/autoscaler-core'
import { PartFailed } from '../part-failed.ts'
import { type KeptState, stateOfText, textOfState } from './kept-state.ts'

/** What was spent is written so often, and at the end: what a sudden death forgets is less than that. */
const WRITE_EVERY_MS = 60_000

/**
 * What an earlier process has kept; `undefined`: none has.
 *
 * @throws PartFailed where the file is no such file: to begin from nothing would spend all of it once more
 */
export function readStateFile(path: string): KeptState | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new PartFailed('state file', new Rejected((error as Error).message))
  }
  try {
    return stateOfText(text)
  } catch (cause) {
    const wrong = `${path} is not what this program has written; mend it, or remove it to begin from nothing`
    throw new PartFailed('state file', new Rejected(wrong, { cause }))
  }
}

/** Keeps what is spent, and what people ask for; one that cannot be written is told once, until it works again. */
export class StateFile {
  readonly #path: string
  readonly #clock: Clock
  readonly #log: Log
  #writtenAt = Number.NEGATIVE_INFINITY
  #isUnwritten = false
  #spent: Spent | undefined
  #orders: Orders
  #isFailing = false

  /** `kept`: what was read from it, which is written again with what changes. */
  constructor(path: string, clock: Clock, log: Log, kept: KeptState = {}) {
    this.#path = path
    this.#clock = clock
    this.#log = log
    this.#spent = kept.spent
    this.#orders = kept.orders ?? noOrders
  }

  /** To be called after each tick. */
  keep(spent: Spent): void {
    this.#spent = spent
    this.#isUnwritten = true
    if (this.#clock.monotonic() - this.#writtenAt >= WRITE_EVERY_MS) this.flush()
  }

  /** Written at once; answers whether it could be. */
  keepOrders(orders: Orders): boolean {
    this.#orders = orders
    this.#isUnwritten = true
    this.flush()
    return !this.#isFailing
  }

  flush(): void {
    if (!this.#isUnwritten) return
    const text = textOfState({ ...(this.#spent && { spent: this.#spent }), orders: this.#orders })
    try {
      // By way of a second file, so that a sudden death leaves a whole one.
      writeFileSync(`${this.#path}.new`, text, { mode: 0o600 })
      renameSync(`${this.#path}.new`, this.#path)
      this.#isUnwritten = false
      this.#writtenAt = this.#clock.monotonic()
      this.#isFailing = false
    } catch (error) {
      const reason = (error as Error).message
      if (!this.#isFailing)
        this.#log.warn({ path: this.#path }, `the state file cannot be written: ${reason}`)
      this.#isFailing = true
    }
  }
}
