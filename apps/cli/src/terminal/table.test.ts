import { styleText } from 'node:util'
import { expect, test } from 'vitest'
import { humanLine } from '../logs/human-line.ts'
import { styleFor } from './style.ts'
import { renderTable } from './table.ts'

test('a line break in a cell makes no further row, and what is spelled out counts as width', () => {
  const green = styleText('green', 'ok', { validateStream: false })
  expect(
    renderTable([
      ['a\r\n  launch', green],
      ['\u001b[30mb', 'x'],
    ]),
  ).toEqual([`a launch     ${green}`, String.raw`\u001b[30mb  x`])
})

test('a line break in the sentence of a log record makes no further line', () => {
  const style = styleFor({ write: () => {} }, {})
  const error = { message: 'a\nforged' }
  const line = humanLine(JSON.stringify({ level: 'info', time: 0, msg: 'one\nforged', error }), style)
  expect(line).toMatch(/info {2}one forged {2}error=a forged\n$/)
})
