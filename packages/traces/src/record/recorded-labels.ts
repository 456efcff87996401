import { createHmac } from 'node:crypto'
import type { Labels } from '@woodpeckers/autoscaler-core'

/** The server's own labels, which hold names of repositories, branches and people, and decide nothing. */
const INTERNAL = 'woodpecker-ci.org/'

export interface LabelOptions {
  /** Repositories by name. Else each is a digest, which tells them apart and no more. */
  readonly plainNames: boolean
  /**
   * Of the digests: the same one gives the same. Something that nobody else knows, such as the server's token: else
   * who guesses a name could check it.
   */
  readonly key: string
}

/** Labels as a trace keeps them: what decides which agents take the job, and no names. */
export function recordedLabels(labels: Labels, { plainNames, key }: LabelOptions): Labels {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(labels)) {
    if (name.startsWith(INTERNAL)) continue
    kept[name] = name === 'repo' && !plainNames ? digestOf(value, key) : value
  }
  return kept
}

function digestOf(name: string, key: string): string {
  return `repo-${createHmac('sha256', `names of a trace/${key}`).update(name).digest('hex').slice(0, 10)}`
}
