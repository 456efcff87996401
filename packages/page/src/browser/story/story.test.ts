import { expect, test } from 'vitest'
import { bootingWords } from './booting-words.ts'
import { obstacleWords } from './obstacle-words.ts'

test.each([
  [{ label: 'gpu', offered: undefined }, 'does not offer the label gpu'],
  [{ label: 'platform', offered: 'linux/arm64' }, 'offers platform=linux/arm64 instead'],
  [{ label: 'team', offered: undefined, demanded: 'infra' }, 'takes only tasks with team=infra'],
])('the label in the way: %o', (obstacle, words) => {
  expect(obstacleWords(obstacle)).toBe(words)
})

test.each([
  [undefined, 'boots for 1 min; how long it takes was not seen yet'],
  [90_000, 'boots for 1 min, usually 1 min 30 s: about 30 s more'],
  [30_000, 'boots for 1 min, usually 30 s: longer than most'],
])('a machine that boots, and usually takes %s ms', (usuallyMs, words) => {
  const machine = { name: 'x', pool: 'a', sinceAt: 0, isForThis: true }
  expect(bootingWords({ ...machine, ...(usuallyMs !== undefined && { usuallyMs }) }, 60_000)).toBe(words)
})
