import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

describe('a duration is read as Go reads it', () => {
  test.each([
    ['0', 0],
    ['10s', 10_000],
    ['2h45m', 9_900_000],
    ['1.5h', 5_400_000],
    ['300ms', 300],
    ['.5s', 500],
    ['1m30.5s', 90_500],
    ['1500us', 2],
    ['1500µs', 2],
    [' 10m ', 600_000],
    ['+5s', 5000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each(['', '10', '10 m', 'ten minutes', '5d', '-5s', 'm', '1h-5m', '.s', 'Infinityh'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('a duration is shown shortly', () => {
  test.each([
    [0, '0s'],
    [250, '250ms'],
    [4234, '4.2s'],
    [10_000, '10s'],
    [59_960, '1m'],
    [600_000, '10m'],
    [90_000, '1m30s'],
    [9_900_000, '2h45m'],
    [7_200_000, '2h'],
    [273_600_000, '3d4h'],
    [-5000, '-5s'],
    [Number.POSITIVE_INFINITY, 'for ever'],
  ])('%d ms: %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})
