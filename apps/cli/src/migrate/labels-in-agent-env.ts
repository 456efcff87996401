import { parseKeyValues } from '@woodpeckers/autoscaler-core'
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
  const labels = read.ok ? read.pairs[LABELS] : undefined
  if (!read.ok || !labels) return { env, told: [] }
  const { [LABELS]: _, ...rest } = read.pairs
  return {
    env: { ...env, [LIST]: pairsText(rest), [LABELS]: labels },
    told: [`${LIST} has ${LABELS}: written as labels, so that tasks with these are planned for`],
  }
}
