import { widthOf } from '../terminal/table.ts'

/** A picture as much of it as a terminal shows: a line that wraps would be counted wrongly when it is drawn over. */
export function fitScreen(
  lines: readonly string[],
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly string[] {
  const shown = lines.length < rows ? lines : [...lines.slice(0, Math.max(rows - 2, 1)), '…']
  return shown.map((line) => cut(line, columns - 1))
}

/** Colours take no room; what a cut line began ends with it. */
function cut(line: string, width: number): string {
  if (widthOf(line) <= width) return line
  let left = width - 1
  let text = ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    if (part.startsWith('\u001b')) text += part
    else {
      text += part.slice(0, left)
      left = Math.max(left - part.length, 0)
    }
  }
  return `${text}…`
}
