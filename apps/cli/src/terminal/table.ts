import { stripVTControlCharacters } from 'node:util'
import { safeText } from './clean-output.ts'

/**
 * Rows with their columns lined up, two spaces between them; colours do not count as width. A cell is one line, whatever
 * it holds: a line break in a name from outside must not look like a further row.
 */
export function renderTable(cells: readonly (readonly string[])[], indent = ''): readonly string[] {
  const rows = cells.map((row) => row.map((cell) => safeText(cell.replaceAll(/\s*[\r\n]+\s*/g, ' '))))
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))
    })
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
    return `${indent}${cells.join('  ')}`.trimEnd()
  })
}

/** A table under its title, or nothing where it has no rows. */
export function titledTable(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [title, ...renderTable(rows, '  ')]
}

export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
