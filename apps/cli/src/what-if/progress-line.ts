import type { Output } from '../surroundings.ts'
import { moveCursor } from '../terminal/clean-output.ts'

/** One line on a terminal that is written over; elsewhere nothing. */
export interface ProgressLine {
  show(text: string): void
  clear(): void
}

export function progressLine(output: Output): ProgressLine {
  if (!output.isTTY) return { show: () => {}, clear: () => {} }
  let last = ''
  return {
    show: (text) => {
      const fits = text.slice(0, (output.columns ?? 80) - 1)
      if (fits === last) return
      last = fits
      moveCursor(output, '\r\x1b[K')
      output.write(fits)
    },
    clear: () => {
      if (last !== '') moveCursor(output, '\r\x1b[K')
      last = ''
    },
  }
}
