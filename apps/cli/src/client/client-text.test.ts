import { expect, test } from 'vitest'
import { fitScreen } from './fit-screen.ts'
import { oneText } from './one-text.ts'
import { readEvents } from './read-events.ts'

test.each([
  ['a\u001b[2Jb\nc\td', 'a [2Jb c d'],
  ['\u202eevil', 'evil'],
  ['x'.repeat(300), `${'x'.repeat(199)}…`],
])('a text from elsewhere stays on its line', (text, shown) => {
  expect(oneText(text)).toBe(shown)
})

test('a picture is cut to the terminal, colours kept', () => {
  const lines = ['short', '\u001b[31mred and long\u001b[39m', ...Array.from({ length: 10 }, () => 'more')]
  expect(fitScreen(lines, { columns: 9, rows: 5 })).toEqual([
    'short',
    '\u001b[31mred and\u001b[39m…',
    'more',
    '…',
  ])
})

test('events are read in whatever pieces they come', async () => {
  const text =
    'event: status\ndata: {"a":"ä: b"}\n\n: here\n\nid: 7\nevent: events\ndata: {}\n\nevent: half\ndata: '
  const bytes = new TextEncoder().encode(text)
  for (const size of [1, 2, 7, 1_000]) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
        controller.close()
      },
    })
    const heard = []
    for await (const said of readEvents(body)) heard.push(said)
    expect(heard).toEqual([
      { event: 'status', data: '{"a":"ä: b"}', id: undefined },
      { event: 'events', data: '{}', id: '7' },
    ])
  }
})
