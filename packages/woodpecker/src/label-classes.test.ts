import type { Labels } from '@woodpeckers/autoscaler-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { classify } from './label-classes.ts'
import { matching } from './matching.ts'

const value = fc.constantFrom('', '*', 'a', 'b', 'c')
const taskLabels = fc.dictionary(fc.constantFrom('k', 'l', 'm', '!k', 'woodpecker-ci.org/e'), value)
const agentLabels = fc.dictionary(
  fc.constantFrom('k', 'l', 'm', '!k', '!l', '!!k', '!woodpecker-ci.org/e', 'n'),
  value,
)

it('gives equal numbers only to those with equal scores with every member of the other side', () => {
  const sides = [
    fc.array(taskLabels, { minLength: 1, maxLength: 12 }),
    fc.array(agentLabels, { minLength: 1, maxLength: 12 }),
  ] as const
  fc.assert(
    fc.property(...sides, (tasks, agents) => {
      const classes = classify(tasks, agents)
      const scores = tasks.map((task) => agents.map((agent) => matching.score(task, agent)))
      const seen = new Map<string, number>()
      for (const [t, row] of scores.entries()) {
        for (const [a, score] of row.entries()) {
          const pair = `${classes.tasks[t]} ${classes.agents[a]}`
          expect(seen.get(pair) ?? score).toBe(score)
          seen.set(pair, score)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

const agents: Labels[] = Array.from({ length: 1000 }, (_, i) => ({
  hostname: `pool-1-agent-n${i}`,
  platform: 'linux/amd64',
  backend: 'docker',
  repo: '*',
  'org-id': '*',
  ...(i % 4 === 0 ? { gpu: 'yes' } : {}),
  ...(i % 100 === 0 ? { '!secure': 'yes' } : {}),
}))
const internal = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`woodpecker-ci.org/l${i}`, `${i}`]))

it('sees that names of their own make no difference', () => {
  const tasks = Array.from({ length: 10_000 }, (_, i) => ({
    repo: `acme/app${i}`,
    'org-id': '3',
    ...internal,
  }))
  const classes = classify(tasks, agents)
  expect(new Set(classes.tasks).size).toBe(1)
  // Those that demand `secure` take none of them; that some have a gpu, no task asks for.
  expect(new Set(classes.agents).size).toBe(2)
})

it('sees those apart that a task or an agent names', () => {
  const classes = classify(
    [{ repo: 'a' }, { repo: 'b' }, { repo: 'b', hostname: 'two' }, { repo: 'b', gpu: 'nobody has it' }],
    [
      { hostname: 'one', repo: '*' },
      { hostname: 'two', repo: '*' },
      { hostname: 'three', repo: '*' },
      { hostname: 'four', repo: 'a' },
    ],
  )
  expect(classes.tasks).toEqual([0, 1, 2, 3])
  expect(classes.agents).toEqual([0, 1, 0, 2])
})

it.each([
  ['a repository of its own', (i: number) => ({ repo: `acme/app${i}`, 'org-id': `${i % 50}`, ...internal })],
  ['a key of its own', (i: number) => ({ repo: `acme/app${i}`, [`key${i}`]: `${i}`, ...internal })],
  ['a host of its own', (i: number) => ({ repo: 'a', hostname: `pool-1-agent-n${i}`, ...internal })],
])('takes few milliseconds for 10,000 tasks, each with %s, and 1,000 agents', (_, labelsOf) => {
  const tasks = Array.from({ length: 10_000 }, (_, i) => labelsOf(i))
  const times = Array.from({ length: 7 }, () => {
    const startedAt = performance.now()
    classify(tasks, agents)
    return performance.now() - startedAt
  })
  // The best of seven, with room for a slow computer; a product of both sides would take seconds.
  expect(Math.min(...times)).toBeLessThan(100)
})
