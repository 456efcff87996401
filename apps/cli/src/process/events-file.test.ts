import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import type { EventView } from '@woodpeckers/autoscaler-observer'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EventsFile } from './events-file.ts'

let folder: string
let path: string
let clock: ManualClock
let warnings: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'))
  path = join(folder, 'events.jsonl')
  clock = new ManualClock()
  warnings = []
})
afterEach(() => rmSync(folder, { recursive: true }))

function open(): EventsFile {
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) }
  return new EventsFile(path, clock, log)
}

function event(seq: number, text = 'launch: a job waits'): EventView {
  return { seq, at: 1_000, tick: 1, kind: 'decision', text }
}

function lines(name = 'events.jsonl'): readonly EventView[] {
  return readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

test('each event is a line of JSON, in a file that only its owner reads', async () => {
  const file = open()
  file.add([event(1), event(2)])
  file.add([])
  file.add([event(3)])
  await file.close()
  expect(lines()).toEqual([event(1), event(2), event(3)])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('the next process goes on behind what is there', async () => {
  for (const seq of [1, 2]) {
    const file = open()
    file.add([event(seq)])
    await file.close()
  }
  expect(lines().map(({ seq }) => seq)).toEqual([1, 2])
})

test('at ten megabytes a new one is begun, and four old ones are kept', async () => {
  for (let round = 0; round < 6; round++) {
    writeFileSync(path, `${JSON.stringify(event(round, 'x'.repeat(10 * 1_048_576)))}\n`)
    const file = open()
    file.add([event(round + 100)])
    await file.close()
  }
  expect(readdirSync(folder).toSorted()).toEqual([
    'events.jsonl',
    ...[1, 2, 3, 4].map((at) => `events.jsonl.${at}`),
  ])
  expect(lines().map(({ seq }) => seq)).toEqual([105])
  expect(lines('events.jsonl.1').map(({ seq }) => seq)).toEqual([5])
})

test('one that cannot be written is told once, costs lines alone, and is tried again after a minute', async () => {
  mkdirSync(path)
  const file = open()
  file.add([event(1)])
  await vi.waitFor(() => expect(warnings).toHaveLength(1))
  expect(warnings[0]).toMatch(/^the events file cannot be written: .*it is not a file/)
  file.add([event(2)])
  await clock.advance(61_000)
  file.add([event(3)])
  // Nobody is told that it failed once more.
  await new Promise((resolve) => setTimeout(resolve, 50))
  rmSync(path, { recursive: true })
  await clock.advance(61_000)
  await vi.waitFor(() => {
    file.add([event(4)])
    expect(lines().length).toBeGreaterThan(0)
  })
  await file.close()
  expect(warnings).toHaveLength(1)
  expect(lines().at(-1)).toEqual(event(4))
  expect(lines().map(({ seq }) => seq)).not.toContain(2)
})

test('a disk that is too slow costs lines, not memory: told once, and nothing waits for it', async () => {
  const file = open()
  const large = Array.from({ length: 50 }, (_, at) => event(at, 'x'.repeat(1_048_576)))
  for (const each of large) file.add([each])
  expect(warnings).toEqual(['the events file cannot be written: the disk is too slow'])
  await file.close()
  expect(lines().length).toBeLessThan(50)
})

test('one that is there already keeps its lines', async () => {
  writeFileSync(path, `${JSON.stringify(event(1))}\n`)
  const file = open()
  file.add([event(2)])
  await file.close()
  expect(lines()).toEqual([event(1), event(2)])
})
