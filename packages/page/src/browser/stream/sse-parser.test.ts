import { expect, test } from 'vitest'
import { createSseParser } from './sse-parser.ts'

const stream = 'event: status\ndata: {"a":1}\n\n: a comment\n\nid: 7\nevent: events\ndata: one\ndata: two\n\n'
const events = [
  { event: 'status', data: '{"a":1}' },
  { event: 'events', data: 'one\ntwo' },
]

test('events are whole whatever the pieces are that they come in', () => {
  for (const ending of ['\n', '\r\n', '\r']) {
    const text = stream.replaceAll('\n', ending)
    for (let size = 1; size <= text.length; size++) {
      const parse = createSseParser()
      const found = []
      for (let at = 0; at < text.length; at += size) found.push(...parse(text.slice(at, at + size)))
      // A carriage return at the very end may be half of a line end.
      if (ending === '\r') found.push(...parse('\n'))
      expect(found).toEqual(events)
    }
  }
})

test('an event without a name is a message, and half of one is nothing yet', () => {
  const parse = createSseParser()
  expect(parse('data:x\n\ndata: half\n')).toEqual([{ event: 'message', data: 'x' }])
  expect(parse('\n')).toEqual([{ event: 'message', data: 'half' }])
})
