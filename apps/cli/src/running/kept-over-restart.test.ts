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

  // One that is asked for nothing leaves them as they are.
  const second = start(server, settings)
  await urlOf(second)
  await vi.waitFor(() => expect(second.out).toContain('pool-paused'), 10_000)
  await second.stop()

  const third = start(server, settings)
  const next = await urlOf(third)
  await vi.waitFor(async () => expect((await ask('status', next)).out).toContain('paused  all pools'), 10_000)
  await vi.waitFor(async () => expect((await ask('status', next)).out).toMatch(/pool-paused/), 10_000)
  // `min` is 1, and yet nobody is made.
  expect(server.writes).toHaveLength(writesBefore)
  expect(await ask('resume', next)).toMatchObject({ code: 0 })
  await vi.waitFor(() => expect(server.writes.length).toBeGreaterThan(writesBefore), 10_000)
  await third.stop()
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
  const events = lines.map((line) => JSON.parse(line))
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
  expect(events[0]).toMatchObject({ kind: 'process', text: 'the autoscaler has started' })
  expect(events).toContainEqual(
    expect.objectContaining({
      kind: 'order',
      action: 'pause',
      text: expect.stringMatching(/ paused all pools$/),
    }),
  )
  expect(events.at(-1)).toMatchObject({ kind: 'process', text: 'the autoscaler has ended' })
})
