import { expect, test } from 'vitest'
import { connectionLimits, parsedOpenFiles } from './connection-limits.ts'

test.each([
  [1_024, { connections: 128, followers: 256 }],
  [256, { connections: 32, followers: 64 }],
  [1_048_576, { connections: 256, followers: 1_000 }],
])('of %d open files half are left to the engine', (files, limits) => {
  expect(connectionLimits(files)).toEqual(limits)
  expect(2 * limits.connections + limits.followers).toBeLessThanOrEqual(files / 2)
})

test.each([
  ['Max open files            4096                 8192                 files', 4_096],
  ['Max open files            unlimited            unlimited            files', Number.MAX_SAFE_INTEGER],
  ['something else', 1_024],
])('the limit is read from %j', (text, files) => {
  expect(parsedOpenFiles(`Limit  Soft Limit  Hard Limit  Units\n${text}\n`)).toBe(files)
})
