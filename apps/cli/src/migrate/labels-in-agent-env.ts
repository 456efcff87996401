import { parseKeyValues } from '@woodpeckers/autoscaler-core'
import { labelsInEnvironment } from '../settings/agent-variables.ts'
import type { Environment } from './environment.ts'
import { pairsText } from './pairs-text.ts'

const LIST = 'WOODPECKER_AGENT_ENV'
const LABELS = 'WOODPECKER_AGENT_LABELS'

/**
 * Older versions of the Go autoscaler had no setting for labels: people gave them to agents among their variables,
 * where no plan can see them before the first agent is there. `told`: that they were moved; one line.
 */
export function withLabelsOfAgentEnv(env: Environment): {
  readonly env: Environment
  readonly told: readonly string[]
} {
  const read = parseKeyValues([env[LIST] ?? ''])
  const moved = read.ok ? labelsInEnvironment(read.pairs) : undefined
  const own = parseKeyValues([env[LABELS] ?? ''])
  // What contradicts the labels, or cannot be read, is for the settings to refuse.
  if (!moved || moved.wrong !== undefined || !own.ok) return { env, told: [] }
  const clash = Object.keys(moved.labels).some(
    (key) => (own.pairs[key] ?? moved.labels[key]) !== moved.labels[key],
  )
  if (clash) return { env, told: [] }
  return {
    env: { ...env, [LIST]: pairsText(moved.rest), [LABELS]: pairsText({ ...moved.labels, ...own.pairs }) },
    told: [`${LIST} has ${moved.name}: written as labels, so that tasks with these are planned for`],
  }
}
