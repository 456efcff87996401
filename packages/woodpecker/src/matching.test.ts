import { readFileSync } from 'node:fs'
import type { Labels } from '@woodpeckers/autoscaler-core'
import { describe, expect, it } from 'vitest'
import { matching } from './matching.ts'

interface Recorded {
  readonly cases: readonly {
    readonly agent_labels: Labels
    readonly workflow_labels: Labels
    readonly taken: boolean
    readonly task_labels?: Labels
  }[]
  readonly choice_between_two_idle_agents: Readonly<
    Record<
      string,
      {
        readonly first: Labels
        readonly second: Labels
        readonly workflow: Labels
        readonly tasks: { first: number; second: number }
      }
    >
  >
}

const recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/woodpecker/label_matching.json', import.meta.url), 'utf8'),
) as Recorded

/** The agent that the answers were recorded with. */
const agentWith = (labels: Labels): Labels => ({
  hostname: 'agent',
  platform: 'linux/amd64',
  backend: 'local',
  repo: '*',
  ...labels,
  'org-id': '*',
})

/** What the server makes of a workflow's labels: its own are forced, and internal ones come on top. */
const taskWith = (labels: Labels): Labels => ({
  ...labels,
  repo: 'acme/app1',
  'org-id': '3',
  'woodpecker-ci.org/event': 'manual',
  'woodpecker-ci.org/repo-id': '1',
})

describe('which agent takes which task, as a real server decided it', () => {
  it.each(recorded.cases)('agent $agent_labels, workflow $workflow_labels: $taken', (each) => {
    const [task, agent] = [taskWith(each.workflow_labels), agentWith(each.agent_labels)]
    expect(matching.score(task, agent) > 0).toBe(each.taken)
    expect(matching.obstacle(task, agent) === undefined).toBe(each.taken)
  })

  it.each(Object.entries(recorded.choice_between_two_idle_agents))('of two agents: %s', (_, choice) => {
    const task = taskWith(choice.workflow)
    const [first, second] = [choice.first, choice.second].map((labels) =>
      matching.score(task, agentWith(labels)),
    ) as [number, number]
    expect(first > second).toBe(choice.tasks.second === 0)
  })
})

describe('the label in the way', () => {
  it('is the one of the task that the agent has otherwise', () => {
    expect(matching.obstacle(taskWith({ gpu: 'yes' }), agentWith({ gpu: 'no' }))).toEqual({
      key: 'gpu',
      wanted: 'yes',
      offered: 'no',
    })
  })

  it('is the one that the agent demands in vain', () => {
    expect(matching.obstacle(taskWith({}), agentWith({ '!gpu': 'yes' }))).toEqual({
      key: 'gpu',
      wanted: undefined,
      offered: 'yes',
      demanded: true,
    })
  })
})

it('scores an equal label ten times as high as a wildcard', () => {
  expect(matching.score({ repo: 'acme/app1', gpu: 'yes' }, { repo: '*', gpu: 'yes' })).toBe(11)
})

it('never runs a task without any label that counts', () => {
  expect(matching.score({ 'woodpecker-ci.org/event': 'push' }, agentWith({}))).toBe(0)
})

it('is not led astray by labels named like the insides of an object', () => {
  expect(matching.score({ repo: 'a', constructor: 'x' }, agentWith({}))).toBe(0)
  expect(matching.obstacle({ repo: 'a', constructor: 'x' }, agentWith({}))?.offered).toBeUndefined()
})
