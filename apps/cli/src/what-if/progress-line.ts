import type { Output } from '../surroundings.ts'

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
      output.write(`\r\x1b[K${fits}`)
    },
    clear: () => {
      if (last !== '') output.write('\r\x1b[K')
      last = ''
    },
  }
}
