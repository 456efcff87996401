import type { Labels } from '../model/labels.ts'
import type { Matching } from '../ports/ci-server.ts'

/** The label that agents carry: from what their machines were made. */
export const MADE_FROM = 'wp.autoscaler/made-from'

/**
 * How an agent's labels differ from the promised ones, as far as it matters: keys that were promised and are missing
 * (`undefined`) or have another value, and further keys that keep tasks away which the promise would serve.
 */
export function differencesOf(
  promised: Labels,
  seen: Labels,
  matching: Matching,
): ReadonlyMap<string, string | undefined> {
  const differences = new Map<string, string | undefined>()
  for (const [key, value] of Object.entries(promised)) {
    const offered = Object.hasOwn(seen, key) ? seen[key] : undefined
    if (offered !== value) differences.set(key, offered)
  }
  const served = aTaskFor(promised, matching)
  for (const [key, value] of Object.entries(seen)) {
    if (Object.hasOwn(promised, key) || key === MADE_FROM) continue
    if (matching.score(served, { ...promised, [key]: value }) === 0) differences.set(key, value)
  }
  return differences
}

/** A task that agents with these labels take, and that asks for as much of them as a task can. */
function aTaskFor(promised: Labels, matching: Matching): Labels {
  const task: Record<string, string> = {}
  for (const [key, value] of Object.entries(promised)) task[key] = value === '*' ? 'any' : value
  for (let left = Object.keys(promised).length; left > 0; left--) {
    const obstacle = matching.obstacle(task, promised)
    if (!obstacle?.demanded || obstacle.offered === undefined) break
    task[obstacle.key] = obstacle.offered
  }
  return task
}
