import { expect, test } from 'vitest'
import { verbOf, withoutVerb } from '../sections/event-words.ts'
import { bootingWords } from './booting-words.ts'
import { obstacleWords } from './obstacle-words.ts'

test.each([
  [{ label: 'gpu=yes', offered: undefined }, 'does not offer gpu=yes'],
  [
    { label: 'platform=linux/arm64', offered: 'linux/amd64' },
    'offers platform=linux/amd64, not platform=linux/arm64',
  ],
  [{ label: 'team', offered: 'infra', demanded: 'team=infra' }, 'takes only tasks with team=infra'],
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

test.each([
  [{ kind: 'decision', action: 'launch', text: 'launch: a task waits' }, 'launch', 'a task waits'],
  [{ kind: 'outcome', action: 'launch', text: 'launch x-1: done in 2s' }, 'launch', 'x-1: done in 2s'],
  [{ kind: 'hold', text: 'hold x-1: it may work' }, 'hold', 'x-1: it may work'],
  [{ kind: 'hold', text: 'hold: the queue is paused' }, 'hold', 'the queue is paused'],
  [{ kind: 'order', action: 'drain', text: 'draining 2 machines' }, 'drain', 'draining 2 machines'],
  [{ kind: 'process', text: 'started' }, 'process', 'started'],
] as const)('the verb of an event stands on its badge alone: %o', (event, verb, text) => {
  expect([verbOf(event), withoutVerb(event)]).toEqual([verb, text])
})
