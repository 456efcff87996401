type Labels = Readonly<Record<string, string>>

/** Written apart from the autoscaler's own matcher, so that each can be held against the other. */
const INTERNAL = 'woodpecker-ci.org'
const WILDCARD = 1
const EXACT = 10

/**
 * How well an agent fits a task; 0 = not at all. A `!key` of the agent demands that very value; each other
 * label of the task that has a value needs the agent's: `*` counts 1, an equal one 10.
 */
export function scoreLabels(task: Labels, agent: Labels): number {
  for (const [key, value] of Object.entries(agent)) {
    if (key.startsWith('!') && task[key.slice(1)] !== value) return 0
  }
  let score = 0
  for (const [key, value] of Object.entries(task)) {
    if (value === '' || key.startsWith(INTERNAL)) continue
    const offered = agent[key] ?? agent[`!${key}`]
    if (offered === undefined) return 0
    if (offered === '*') score += WILDCARD
    else if (offered === value) score += EXACT
    else return 0
  }
  return score
}
