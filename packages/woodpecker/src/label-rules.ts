import type { Labels } from '@woodpeckers/autoscaler-core'

/** Begins a label of an agent that a task must have. */
export const DEMAND = '!'

/** Labels that the server adds to tasks for its own use: no agent is asked to offer them. */
const INTERNAL = 'woodpecker-ci.org'

/** Whether the label of a task has to be offered. */
export function counts(key: string, value: string): boolean {
  return value !== '' && !key.startsWith(INTERNAL)
}

/** Keys are other people's words, `constructor` among them. */
export function own(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
