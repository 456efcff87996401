import type { Log } from '@woodpeckers/autoscaler-core'
import type { LogLevel } from '../settings/cli-schema.ts'
import type { Output } from '../surroundings.ts'
import { styleFor } from '../terminal/style.ts'
import { humanLine } from './human-line.ts'
import { redactor } from './redact.ts'

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
export async function createLogger(options: LoggerOptions): Promise<Log> {
  const { pino } = await import('pino')
  // Those of a config that is read later come later.
  const redact = (text: string) => redactor(options.secrets)(text)
  const style = options.output.isTTY ? styleFor(options.output, options.env) : undefined
  const write = (line: string) => options.output.write(redact(style ? humanLine(line, style) : line))
  // Named, as the compiler takes pino's own type for a promise.
  const log: Log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS, censor: '[secret]' },
    },
    { write },
  )
  return log
}
