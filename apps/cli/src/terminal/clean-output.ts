import type { Output } from '../surroundings.ts'

/** What `Style` writes, or a line break or tab; then what moves the cursor, hides text or turns its direction. */
const STYLE_OR_UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  /\u001b\[(?:1|2|22|3[1236]|39)m|[\n\t]|[\p{Cc}\p{Cf}\u2028\u2029]/gu

/**
 * A text as a terminal may get it: of control characters only line breaks, tabs and the program's own colours. Others, and
 * those that no eye sees, are spelled out as `\u202e`, which means the same within JSON.
 */
export function safeText(text: string): string {
  return text.replaceAll(STYLE_OR_UNSAFE, (found) =>
    found.endsWith('m') || found === '\n' || found === '\t' ? found : spelledOut(found),
  )
}

/** By its UTF-16 units, as JSON has it: some that no eye sees take two. */
function spelledOut(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

/** Whatever a command writes to it is safe, wherever the text came from; `move` is for the program's own cursor. */
export function cleanOutput(output: Output): Output {
  return {
    get isTTY() {
      return output.isTTY ?? false
    },
    get columns() {
      return output.columns as number
    },
    get rows() {
      return output.rows as number
    },
    write: (text) => output.write(safeText(text)),
    move: (sequence) => output.write(sequence),
  }
}

/** Moves the cursor, or clears what stands behind it. */
export function moveCursor(output: Output, sequence: string): void {
  if (output.move) output.move(sequence)
  else output.write(sequence)
}
