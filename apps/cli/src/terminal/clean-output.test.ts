import { styleText } from 'node:util'
import { expect, test } from 'vitest'
import { cleanOutput, moveCursor, safeText } from './clean-output.ts'

test.each([
  ['\u001b]0;title\u0007', String.raw`\u001b]0;title\u0007`],
  ['\u001b[2J\u001b[1A\r', String.raw`\u001b[2J\u001b[1A\u000d`],
  ['\u001b[8mhidden', String.raw`\u001b[8mhidden`],
  ['\u009b31m', String.raw`\u009b31m`],
  ['a\u202eb\u2066c\u200bd\ufeff', String.raw`a\u202eb\u2066c\u200bd\ufeff`],
  ['\u001b[30mblack on black', String.raw`\u001b[30mblack on black`],
  ['\u001b[37m\u001b[0m', String.raw`\u001b[37m\u001b[0m`],
  ['a\u180eb\u{e0041}c', String.raw`a\u180eb\udb40\udc41c`],
  ['tab\tand\nline', 'tab\tand\nline'],
  ['süß 🐿 日本', 'süß 🐿 日本'],
])('%j is written as %j', (text, safe) => {
  expect(safeText(text)).toBe(safe)
})

test('the colours of the program stay', () => {
  for (const format of ['bold', 'green', 'red', 'yellow', 'cyan', 'dim'] as const) {
    const text = styleText(format, 'x', { validateStream: false })
    expect(safeText(text)).toBe(text)
  }
})

test('within JSON it means the same', () => {
  const value = { title: 'a\u202eb\u0085c' }
  expect(JSON.parse(safeText(JSON.stringify(value)))).toEqual(value)
})

test('what the program itself does to the cursor passes', () => {
  let written = ''
  const output = cleanOutput({ isTTY: true, columns: 80, write: (text) => (written += text) })
  output.write('\u001b[K')
  moveCursor(output, '\u001b[K')
  expect(written).toBe(`${String.raw`\u001b[K`}\u001b[K`)
  expect([output.isTTY, output.columns]).toEqual([true, 80])
})
