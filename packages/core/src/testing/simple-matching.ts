import type { Labels } from '../model/labels.ts'
import type { Matching, Obstacle } from '../ports/ci-server.ts'

/**
 * A plain rule for tests of the engine: each label of the task that has a value must be the agent's, or
 * `*` there. An equal one scores 10, a `*` 1, and a task without labels runs anywhere.
 */
export const simpleMatching: Matching = {
  score(task, agent) {
    if (obstacle(task, agent)) return 0
    return demands(task).reduce((sum, [key]) => sum + (agent[key] === '*' ? 1 : 10), 0) || 1
  },
  obstacle,
  classify: (tasks, agents) => ({ tasks: tasks.map(numbering()), agents: agents.map(numbering()) }),
}

function obstacle(task: Labels, agent: Labels): Obstacle | undefined {
  for (const [key, wanted] of demands(task)) {
    const offered = agent[key]
    if (offered !== '*' && offered !== wanted) return { key, wanted, offered }
  }
  return undefined
}

function demands(task: Labels): readonly (readonly [string, string])[] {
  return Object.entries(task).filter(([, value]) => value !== '')
}

function numbering(): (labels: Labels) => number {
  const seen = new Map<string, number>()
  return (labels) => {
    const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const number = seen.get(key) ?? seen.size
    seen.set(key, number)
    return number
  }
}
