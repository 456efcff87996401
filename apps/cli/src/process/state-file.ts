import { copyFileSync } from 'node:fs'
import type { Clock, Log } from '@woodpeckers/autoscaler-core'
import { changedSections, hasChanged, mergeStates, textOfState } from './kept-state.ts'
import { type ReadState, readStateFile, stampOf } from './read-state.ts'
import { replaceFile } from './replace-file.ts'
import type { KeptState } from './state-sections.ts'

/** What changes at every tick is written this often, and at the end: a sudden death forgets less than that. */
const WRITE_EVERY_MS = 60_000

export interface StateFileOptions {
  readonly path: string
  readonly clock: Clock
  readonly log: Log
  /** What was read from it at the start. */
  readonly read: ReadState
  /** Gets the sections that another process has changed in the file. */
  readonly onForeign?: (changed: KeptState) => void
}

/**
 * The state file of this process. During a rolling update the process before it still writes: before each write, and at
 * each tick, what the other one changed since is merged in, so that neither loses what the other was told.
 */
export class StateFile {
  readonly #options: StateFileOptions
  #state: KeptState
  /** What this process has last seen in the file, or written there. */
  #base: KeptState
  #unknown: ReadState['unknown']
  /** Changes with each replacement of the file. */
  #stamp: string
  #writtenAt = Number.NEGATIVE_INFINITY
  #isUnwritten = false
  /** It should have been written at once, and could not be: it is tried again at the next tick. */
  #isUrgent = false
  #failure: string | undefined

  constructor(options: StateFileOptions) {
    const { read } = options
    this.#options = options
    this.#state = read.kept
    this.#base = read.kept
    this.#unknown = read.unknown
    // Not that of the file as it is by now: connecting takes time, and the process before this one may write meanwhile.
    this.#stamp = read.isUnreadable ? '' : read.stamp
    this.#warnOf(read, 'starting without what it may have held')
  }

  /** For what changes at every tick: written once a minute, and at once when somebody has cordoned an agent. */
  keep(part: KeptState): void {
    const before = this.#state
    this.#state = { ...before, ...part }
    this.#isUnwritten = true
    if (hasChanged(before, this.#state, 'cordonedByOthers')) this.#isUrgent = true
    this.#takeForeign()
    const isDue = this.#options.clock.monotonic() - this.#writtenAt >= WRITE_EVERY_MS
    if (isDue || this.#isUrgent) this.flush()
  }

  /** For what must not be lost: written at once. Returns whether it could be. */
  keepNow(part: KeptState): boolean {
    this.#state = { ...this.#state, ...part }
    this.#isUnwritten = true
    this.#isUrgent = true
    return this.flush()
  }

  /** Writes what is not written yet. Returns whether all is; a failure is reported once, until it works again. */
  flush(): boolean {
    if (!this.#isUnwritten) return true
    const { path, clock, log } = this.#options
    try {
      if (!this.#takeForeign()) throw new Error('its present content cannot be read, and is not overwritten')
      replaceFile(path, textOfState(this.#state, this.#unknown))
    } catch (error) {
      const reason = (error as Error).message
      if (reason !== this.#failure) log.warn({ path }, `the state file cannot be written: ${reason}`)
      this.#failure = reason
      return false
    }
    this.#stamp = stampOf(path)
    this.#base = this.#state
    this.#isUnwritten = false
    this.#isUrgent = false
    this.#writtenAt = clock.monotonic()
    if (this.#failure !== undefined) log.info({ path }, 'the state file can be written again')
    this.#failure = undefined
    return true
  }

  /** Merges in what another process has written since. Cheap: the file is only read when it has changed. */
  #takeForeign(): boolean {
    const { path, onForeign } = this.#options
    const stamp = stampOf(path)
    if (stamp === this.#stamp && stamp !== '') return true
    const read = readStateFile(path)
    if (read.isUnreadable) return false
    this.#stamp = stamp
    this.#warnOf(read, 'this process writes what it knows')
    // A file that was removed or emptied takes nothing back.
    if (read.problem !== undefined || Object.keys(read.kept).length === 0) {
      this.#isUnwritten = true
      return true
    }
    const before = this.#state
    this.#state = mergeStates(this.#base, before, read.kept)
    this.#base = read.kept
    this.#unknown = { ...this.#unknown, ...read.unknown }
    if (changedSections(read.kept, this.#state).length > 0) this.#isUnwritten = true
    const changed = changedSections(before, this.#state)
    if (changed.length > 0) onForeign?.(Object.fromEntries(changed.map((name) => [name, this.#state[name]])))
    return true
  }

  /** A damaged file is copied before it is overwritten. */
  #warnOf({ problem, isDamaged }: ReadState, what: string): void {
    if (problem === undefined) return
    const { path, clock, log } = this.#options
    log.warn({ path }, `state file ${path}: ${problem}; ${what}`)
    if (!isDamaged) return
    const copy = `${path}.corrupt-${new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`
    try {
      copyFileSync(path, copy)
      log.warn({ path, copy }, `a copy of it is kept as ${copy}`)
    } catch (error) {
      log.warn({ path }, `it could not be copied: ${(error as Error).message}`)
    }
  }
}
