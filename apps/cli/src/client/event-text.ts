import type { EventView } from '@woodpeckers/autoscaler-observer'
import type { Style } from '../terminal/style.ts'
import { oneText } from './one-text.ts'

/** The longest of them. */
const KIND_WIDTH = 'decision'.length

/** An event on one line: when, of what kind, where, what. */
export function eventLine(event: EventView, style: Style): string {
  const { at, kind, pool, text } = event
  const where = pool === undefined ? '' : `pool ${pool}  `
  return `${style.quiet(stampOf(at))}  ${paintOf(event, style)(kind.padEnd(KIND_WIDTH))}  ${style.quiet(where)}${oneText(text)}`
}

function paintOf({ kind, result, isAlarming }: EventView, style: Style): Style['good'] {
  if (isAlarming) return result === 'failed' ? style.bad : style.warning
  return kind === 'hold' ? style.quiet : style.good
}

/** By the clock of who reads it, as the log on a terminal has it. */
function stampOf(at: number): string {
  const date = new Date(at)
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
