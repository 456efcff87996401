import { expect, test } from 'vitest'
import { clip } from './clip.ts'
import { duration, preciseDuration } from './duration.ts'
import { money, oneAmount } from './money.ts'
import { count } from './plural.ts'
import { shortName } from './short-name.ts'

test.each([
  [-5, '0 s'],
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h 00'],
  [3_900_000, '1 h 05'],
  [86_400_000 * 2 + 3_600_000 * 3, '2 d 3 h'],
])('%d ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})

test.each([
  [200_000, '3 min 20 s'],
  [180_000, '3 min'],
  [20_000, '20 s'],
  [3_725_000, '1 h 02'],
])('%d ms are %s where it matters', (ms, words) => {
  expect(preciseDuration(ms)).toBe(words)
})

const euros = (amount: number) => ({ amount, currency: 'EUR' })

test('amounts of several currencies stand side by side, and none is a dash', () => {
  expect(money([euros(1.5), { amount: 20, currency: 'USD' }])).toBe('€1.50 + $20.00')
  expect(money([])).toBe('–')
})

test.each([
  [0, '€0.00'],
  [1234.5, '€1,234.50'],
  [0.0339, '€0.034'],
  [0.0001, '< €0.001'],
])('%d euros are %s', (amount, words) => {
  expect(oneAmount(euros(amount))).toBe(words)
})

test('what is not a currency of ISO 4217 is told by its name', () => {
  expect(oneAmount({ amount: 3, currency: 'credits' })).toBe('3.00 credits')
})

test('a text is cut where it is too long, and not in the middle of a sign', () => {
  expect(clip('short', 5)).toEqual({ shown: 'short', isClipped: false })
  expect(clip('much longer', 5)).toEqual({ shown: 'much…', isClipped: true })
  expect(clip('abc😀def', 4).shown).toBe('abc…')
  expect(clip('abc😀def', 5).shown).toBe('abc…')
})

test('signs that turn the direction of writing, and line ends, become spaces', () => {
  expect(clip('a\u202etxt.exe\nb\u0000c', 99).shown).toBe('a txt.exe b c')
})

test('one is told in the singular', () => {
  expect(count(1, 'machine')).toBe('1 machine')
  expect(count(1200, 'machine')).toBe('1,200 machines')
})

test('a machine is told without what all of its pool share', () => {
  expect(shortName('pool-linux-agent-abc', 'linux')).toBe('agent-abc')
  expect(shortName('big-box', 'linux')).toBe('big-box')
})
