import { oneLine } from '../terminal/one-line.ts'
import type { Style } from '../terminal/style.ts'

// The sentence about a task names its obstacles.
const SHOWN_ELSEWHERE = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'v', 'obstacles'])

/** A log record of pino's as a line for people: time, level, sentence, then the fields. */
export function humanLine(json: string, style: Style): string {
  let record: Record<string, unknown>
  try {
    record = JSON.parse(json)
  } catch {
    return json
  }
  const time = new Date(String(record['time']))
  const clock = Number.isNaN(time.getTime()) ? '' : `${style.quiet(time.toTimeString().slice(0, 8))} `
  const fields = Object.entries(record)
    .filter(([key]) => !SHOWN_ELSEWHERE.has(key))
    .map(([key, value]) => `${key}=${textOf(value)}`)
  const tail = fields.length > 0 ? `  ${style.quiet(fields.join(' '))}` : ''
  return `${clock}${levelWord(String(record['level']), style)} ${oneLine(String(record['msg'] ?? ''))}${tail}\n`
}

function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return oneLine(String(value.message))
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value)
}

function levelWord(level: string, style: Style): string {
  const word = level.padEnd(5)
  if (level === 'error' || level === 'fatal') return style.bad(word)
  if (level === 'warn') return style.warning(word)
  return level === 'info' ? style.good(word) : style.quiet(word)
}
