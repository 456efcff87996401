import { describe, expect, test } from 'vitest'
import type { Labels } from '../model/labels.ts'
import type { Memory } from '../model/memory.ts'
import { noTrials, type Registered } from '../model/trials.ts'
import { aPool, aTask, tasks, testStartAt, usualLabels } from '../testing/builders.ts'
import { planFor, type Scenario, stepsByPool } from './scenario.ts'

const MINUTE_MS = 60_000
const gpu = { ...usualLabels, gpu: 'yes' }
const arm = { ...gpu, platform: 'linux/arm64' }

/** Agents that registered so many minutes ago, the last one first. */
const registered =
  (
    ...agents: readonly {
      readonly ago: number
      readonly on?: string
      readonly labels: Labels
      readonly slots?: number
    }[]
  ) =>
  (memory: Memory): Memory => ({
    ...memory,
    trials: {
      ...noTrials,
      registered: agents
        .toSorted((a, b) => b.ago - a.ago)
        .map(
          ({ ago, on, labels, slots = 1 }, place): Registered => ({
            name: `pool-1-agent-${place}`,
            pool: '1',
            configuration: '',
            machineType: on,
            launchedAt: testStartAt - (ago + 0.5) * MINUTE_MS,
            at: testStartAt - ago * MINUTE_MS,
            labels,
            slots,
          }),
        ),
    },
  })

const pools = [aPool({ offer: gpu })]
const wants = (labels: Labels, count = 1) => tasks(count, { labels })
const types = { 1: [{ id: 'cax11:fsn1' }, { id: 'cx22:fsn1' }] }
const plan = (scenario: Scenario) => {
  const made = planFor({ pools, ...scenario })
  const launched = made.actions.map((action) =>
    action.kind === 'launch' ? `launch ${action.machineType ?? 'any'}` : action.kind,
  )
  return [...launched, ...stepsByPool({ ...made, actions: [] })]
}
const amd = { gpu: 'yes', platform: 'linux/amd64' }

const rows: readonly (readonly [string, Scenario, readonly string[]])[] = [
  ['until one has registered the promise counts', { tasks: wants(amd, 3) }, Array(3).fill('launch any')],
  [
    'after one without the label a second is tried, however many tasks wait',
    { tasks: wants(amd, 3), remember: registered({ ago: 1, labels: usualLabels }) },
    ['launch any', '1: hold labels-differ 2'],
  ],
  [
    'after two none is launched for five minutes',
    {
      tasks: wants(amd, 3),
      remember: registered({ ago: 4.9, labels: usualLabels }, { ago: 6, labels: usualLabels }),
    },
    ['1: hold labels-differ 3'],
  ],
  [
    'then one is tried',
    {
      tasks: wants(amd, 3),
      remember: registered({ ago: 5, labels: usualLabels }, { ago: 6, labels: usualLabels }),
    },
    ['launch any', '1: hold labels-differ 2'],
  ],
  [
    'the next after ten minutes',
    {
      tasks: wants(amd),
      remember: registered(...[9.9, 16, 17].map((ago) => ({ ago, labels: usualLabels }))),
    },
    ['1: hold labels-differ 1'],
  ],
  [
    'tasks that the labels serve are not concerned',
    {
      tasks: wants({ platform: 'linux/amd64' }, 2),
      remember: registered({ ago: 1, labels: usualLabels }, { ago: 2, labels: usualLabels }),
    },
    ['launch any', 'launch any', '1: hold labels-differ'],
  ],
  [
    'one that registers as promised frees the way at once',
    {
      tasks: wants(amd, 2),
      remember: registered(
        { ago: 0, labels: gpu },
        { ago: 1, labels: usualLabels },
        { ago: 2, labels: usualLabels },
      ),
    },
    ['launch any', 'launch any'],
  ],
  [
    'a type of another platform leaves the tasks to the others',
    {
      offerings: types,
      tasks: wants(amd, 1),
      remember: registered({ ago: 1, on: 'cax11', labels: arm }, { ago: 2, on: 'cx22', labels: gpu }),
    },
    ['launch cx22', '1: hold labels-differ'],
  ],
  [
    'a type that nobody has seen is tried before the one that failed',
    { offerings: types, tasks: wants(amd), remember: registered({ ago: 1, on: 'cax11', labels: arm }) },
    ['launch cx22', '1: hold labels-differ'],
  ],
  [
    'tasks for the other platform get machines of the type that has it',
    {
      offerings: types,
      tasks: wants({ platform: 'linux/arm64' }),
      remember: registered({ ago: 1, on: 'cax11', labels: arm }),
    },
    ['launch cax11', '1: hold labels-differ'],
  ],
  [
    'where tasks choose the type, a template that drops the label fails for all of them together',
    {
      pools: [aPool({ offer: gpu, machineLabel: 'machine' })],
      offerings: types,
      tasks: ['cx22', 'cax11'].map((machine) => aTask({ id: machine, labels: { machine } })),
      remember: registered(
        ...[1, 2, 3, 4].map((ago) => ({ ago, on: ago % 2 ? 'cx22' : 'cax11', labels: usualLabels })),
      ),
    },
    ['1: hold labels-differ 2'],
  ],
  [
    'a clock that was set back lets one be tried',
    {
      tasks: wants(amd),
      remember: registered({ ago: -60, labels: usualLabels }, { ago: -50, labels: usualLabels }),
    },
    ['launch any', '1: hold labels-differ'],
  ],
  [
    'agents without slots serve nothing',
    {
      tasks: wants(amd),
      remember: registered({ ago: 1, labels: gpu, slots: 0 }, { ago: 2, labels: gpu, slots: 0 }),
    },
    ['1: hold labels-differ 1'],
  ],
  [
    'agents with fewer slots than promised are as many more',
    {
      pools: [aPool({ offer: gpu, workflowsPerAgent: 4 })],
      tasks: wants(amd, 4),
      remember: registered({ ago: 1, labels: gpu, slots: 2 }),
    },
    ['launch any', 'launch any', '1: hold labels-differ'],
  ],
]

describe('what agents registered with counts, and not what was promised:', () => {
  test.each(rows)('%s', (_, scenario, expected) => {
    expect(plan(scenario)).toEqual(expected)
  })
})
