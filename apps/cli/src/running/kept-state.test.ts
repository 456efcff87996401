import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Ran, runInProcess } from '../fixtures/in-process.ts'
import { SmallServer } from '../fixtures/small-server.ts'
import { start, urlOf } from './a-run.test-setup.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function ask(line: string, url: string): Promise<Ran> {
  return runInProcess(line.split(' '), { WOODPECKER_AUTOSCALER_URL: url })
}

test('orders are kept over a restart, and work in the next process', async () => {
  await using server = await SmallServer.start()
  const settings = {
    WOODPECKER_LISTEN: '127.0.0.1:0',
    WOODPECKER_STATE_FILE: join(folder, 'state.json'),
    WOODPECKER_MIN_AGENTS: '1',
  }
  const first = start(server, settings)
  const url = await urlOf(first)
  expect(await ask('pause', url)).toMatchObject({ code: 0, err: '' })
  await first.stop()
  const writesBefore = server.writes.length

  const second = start(server, settings)
  const next = await urlOf(second)
  await vi.waitFor(async () => expect((await ask('status', next)).out).toContain('paused  all pools'), 10_000)
  await vi.waitFor(async () => expect((await ask('status', next)).out).toMatch(/pool-paused/), 10_000)
  // `min` is 1, and yet nobody is made.
  expect(server.writes).toHaveLength(writesBefore)
  expect(await ask('resume', next)).toMatchObject({ code: 0 })
  await vi.waitFor(() => expect(server.writes.length).toBeGreaterThan(writesBefore), 10_000)
  await second.stop()
}, 40_000)

test('without a state file the answer says that a restart forgets them', async () => {
  await using server = await SmallServer.start()
  const run = start(server, { WOODPECKER_LISTEN: '127.0.0.1:0' })
  const url = await urlOf(run)
  expect(await ask('pause', url)).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^a restart forgets it: .*--state-file/),
  })
  expect((await ask('resume', url)).err).toBe('')
  await run.stop()
})

test('events are kept in a file, those of the end too', async () => {
  await using server = await SmallServer.start()
  const path = join(folder, 'events.jsonl')
  const run = start(server, { WOODPECKER_LISTEN: '127.0.0.1:0', WOODPECKER_EVENTS_FILE: path })
  const url = await urlOf(run)
  await ask('pause', url)
  await run.stop()
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'process', text: 'the autoscaler has started' }),
      expect.objectContaining({ kind: 'order', text: expect.stringMatching(/ paused all pools$/) }),
    ]),
  )
})
