import type { Logger } from '../logs/logger.ts'
import type { LogLevel } from '../settings/cli-schema.ts'

/** What is logged can be changed while the program runs, by HTTP or by a signal. */
export class LogLevelSwitch {
  readonly #log: Logger
  readonly #usual: LogLevel

  constructor(log: Logger) {
    this.#log = log
    this.#usual = log.level
  }

  get level(): LogLevel {
    return this.#log.level
  }

  set(level: LogLevel, by: string): void {
    if (level === this.#log.level) return
    const text = `the log level is ${level} from now on, not ${this.#log.level}`
    // One of both levels lets it through, unless nothing is to be logged at all.
    this.#log.info({ by, level }, text)
    this.#log.setLevel(level)
  }

  /** To `debug`, and back to what the settings say. */
  toggle(): void {
    this.set(
      this.#log.level === 'debug' ? (this.#usual === 'debug' ? 'info' : this.#usual) : 'debug',
      'SIGUSR2',
    )
  }
}
