import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'

async function logged(
  isTTY: boolean,
  fields: object,
  message: string,
  level: 'info' | 'warn' = 'info',
): Promise<string> {
  let text = ''
  const output = {
    isTTY,
    write: (line: string) => {
      text += line
    },
  }
  const log = await createLogger({
    level,
    output,
    env: { NO_COLOR: '1' },
    secrets: ['s3cr"et-s3cret', 'abc'],
  })
  log.info(fields, message)
  return text
}

test('a record is one line of JSON, with an ISO time and the word of its level', async () => {
  const record = JSON.parse(await logged(false, { pool: '1' }, 'scaling'))
  expect(record).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    pool: '1',
    msg: 'scaling',
  })
})

test('on a terminal it is a line for people', async () => {
  expect(await logged(true, { pool: '1', why: 'two words', obstacles: [{}] }, 'scaling')).toMatch(
    /^\d\d:\d\d:\d\d info {2}scaling {2}pool=1 why="two words"\n$/,
  )
})

test('below its level nothing is written', async () => {
  expect(await logged(false, {}, 'x', 'warn')).toBe('')
})

test('secrets do not appear, by value or by field, in JSON or on a terminal', async () => {
  for (const isTTY of [false, true]) {
    const text = await logged(
      isTTY,
      { url: 'x?t=s3cr%22et-s3cret', agent: { token: 'agent-token', name: 'abc' } },
      'with s3cr"et-s3cret',
    )
    expect(text).not.toMatch(/s3cret|agent-token/)
    // Too short to be taken out of every line.
    expect(text).toContain('abc')
  }
})

test('its level can be changed while it is used', async () => {
  const lines: string[] = []
  const output = { write: (line: string) => lines.push(JSON.parse(line).msg) }
  const log = await createLogger({ level: 'info', output, env: {}, secrets: [] })
  log.debug({}, 'one')
  log.setLevel('debug')
  log.debug({}, 'two')
  log.setLevel('silent')
  log.error({}, 'three')
  expect([lines, log.level]).toEqual([['two'], 'silent'])
})
