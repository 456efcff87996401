import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, silentLog } from '@woodpeckers/autoscaler-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { healthFile } from './health-file.ts'

let folder = ''
let nowAt = Date.parse('2026-01-01T00:00:00Z')
const clock = { now: () => nowAt, monotonic: () => nowAt, startTimer: () => () => {} }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'health-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('each call leaves the present time, and no other file', () => {
  const path = join(folder, 'health')
  const touch = healthFile(path, clock, silentLog)
  touch()
  expect(readFileSync(path, 'utf8')).toBe('2026-01-01T00:00:00.000Z\n')
  nowAt += 10_000
  touch()
  expect(readFileSync(path, 'utf8')).toBe('2026-01-01T00:00:10.000Z\n')
  expect(readdirSync(folder)).toEqual(['health'])
})

test('a file that cannot be written is told once, and again after it could be', () => {
  const warnings: string[] = []
  const log: Log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) }
  const place = join(folder, 'later')
  const touch = healthFile(join(place, 'health'), clock, log)
  touch()
  touch()
  expect(warnings).toEqual([expect.stringMatching(/^the health file cannot be written: ENOENT/)])
  mkdirSync(place)
  touch()
  rmSync(place, { recursive: true })
  touch()
  expect(warnings).toHaveLength(2)
})
