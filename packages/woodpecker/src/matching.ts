import type { Labels, Matching, Obstacle } from '@woodpeckers/autoscaler-core'
import { classify } from './label-classes.ts'
import { counts, DEMAND, own } from './label-rules.ts'

const EQUAL = 10

/**
 * Woodpecker's rules, as of 3.12. A label of the agent that begins with `!` demands that the task has it with
 * exactly that value; internal labels count there, and `*` is no wildcard. Then each other label of the task
 * with a value that is not empty needs the agent's: `*` scores 1, an equal value 10, anything else rejects.
 */
export const matching: Matching = { score, obstacle, classify }

function score(task: Labels, agent: Labels): number {
  if (unmetDemand(task, agent) !== undefined) return 0
  let sum = 0
  for (const key in task) {
    const wanted = task[key] as string
    if (!counts(key, wanted)) continue
    const offered = offeredBy(agent, key)
    if (offered === '*') sum += 1
    else if (offered === wanted) sum += EQUAL
    else return 0
  }
  return sum
}

function obstacle(task: Labels, agent: Labels): Obstacle | undefined {
  const demanded = unmetDemand(task, agent)
  if (demanded !== undefined) {
    return { key: demanded, wanted: own(task, demanded), offered: agent[DEMAND + demanded], demanded: true }
  }
  let isEmpty = true
  for (const key in task) {
    const wanted = task[key] as string
    if (!counts(key, wanted)) continue
    isEmpty = false
    const offered = offeredBy(agent, key)
    if (offered !== '*' && offered !== wanted) return { key, wanted, offered }
  }
  // Without any label the score is 0, and a score of 0 never runs; the server gives each task its `repo`.
  return isEmpty ? { key: 'repo', wanted: undefined, offered: own(agent, 'repo') } : undefined
}

/** What the agent has for a key; a demanded label is offered as well, unless there is a plain one. */
function offeredBy(agent: Labels, key: string): string | undefined {
  return own(agent, key) ?? own(agent, DEMAND + key)
}

/** The first label that the agent demands and the task does not have so. */
function unmetDemand(task: Labels, agent: Labels): string | undefined {
  for (const key in agent) {
    if (key.startsWith(DEMAND) && own(task, key.slice(1)) !== agent[key]) return key.slice(1)
  }
  return undefined
}
