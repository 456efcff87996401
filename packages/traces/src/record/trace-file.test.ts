import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTrace } from '../format/read-trace.ts'
import { traceText } from '../format/trace-text.ts'
import { generateTrace } from '../generate/generate-trace.ts'
import { openTraceFile } from './trace-file.ts'

const startAt = Date.UTC(2026, 0, 5)
const hashed = { startAt, names: 'hashed' } as const
const job = (atMs: number) => ({ atMs, labels: { repo: 'repo-1' }, durationMs: 5, id: String(atMs) })

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-'))
  path = join(folder, 'trace.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const trace = () => readTrace(readFileSync(path, 'utf8')).trace

test('a recording is a trace at every moment, and is gone on with', () => {
  const first = openTraceFile(path, hashed)
  expect(trace().arrivals).toEqual([])
  first.add(job(20))
  first.add(job(10))
  expect(trace().arrivals.map(({ atMs }) => atMs)).toEqual([10, 20])
  first.close(startAt + 1_000)
  const second = openTraceFile(path, { ...hashed, startAt: startAt + 5_000 })
  expect(second).toMatchObject({ startAt, jobsBefore: 2 })
  second.add(job(5_500))
  second.close(startAt + 9_000)
  expect(trace()).toMatchObject({ startAt, spanMs: 9_000 })
  expect(trace().arrivals).toHaveLength(3)
})

test('a line that was broken off is cut away, and no other', () => {
  const first = openTraceFile(path, hashed)
  first.add(job(1))
  appendFileSync(path, '{"atMs":2,"lab')
  const second = openTraceFile(path, hashed)
  second.add(job(3))
  expect(trace().arrivals.map(({ atMs }) => atMs)).toEqual([1, 3])
})

test.each([
  ['no trace', 'dear diary\n'],
  ['no trace, and one line alone', 'dear diary'],
  ['a trace that was made', traceText(generateTrace({ kind: 'bursty', jobs: 3, seed: 1 }))],
  [
    'a recording with names',
    '{"version":1,"startAt":"2026-01-05T00:00:00Z","order":"end","names":"plain"}\n',
  ],
])('a file that is %s stays as it is', (_, text) => {
  writeFileSync(path, text)
  expect(() => openTraceFile(path, hashed)).toThrow()
  expect(readFileSync(path, 'utf8')).toBe(text)
})
