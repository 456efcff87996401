import { type Log, silentLog } from '@woodpeckers/autoscaler-core'
import type { LogLevel } from '../settings/cli-schema.ts'
import type { Output } from '../surroundings.ts'
import { styleFor } from '../terminal/style.ts'
import { humanLine } from './human-line.ts'
import { redactor } from './redact.ts'

/** A log that can be made to tell more, or less, while the program runs. */
export interface Logger extends Log {
  readonly level: LogLevel
  setLevel(level: LogLevel): void
}

/** One that nobody reads. */
export const silentLogger: Logger = { ...silentLog, level: 'silent', setLevel() {} }

export interface LoggerOptions {
  readonly level: LogLevel
  readonly output: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values that must not appear, whatever somebody logs. */
  readonly secrets: readonly string[]
}

/** Fields that hold an agent's secret somewhere in an answer of the server or in a deployment. */
const SECRET_FIELDS = ['token', 'environment', 'userData', 'authorization'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

/** One JSON object a line, or, on a terminal, a line for people. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const { pino } = await import('pino')
  // Those of a config that is read later come later.
  const redact = (text: string) => redactor(options.secrets)(text)
  const style = options.output.isTTY ? styleFor(options.output, options.env) : undefined
  const write = (line: string) => options.output.write(redact(style ? humanLine(line, style) : line))
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS, censor: '[secret]' },
    },
    { write },
  )
  // Not pino's own object, whose type the compiler takes for a promise.
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    get level() {
      return log.level as LogLevel
    },
    setLevel(level) {
      log.level = level
    },
  }
}
