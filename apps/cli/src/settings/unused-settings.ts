import { AGENT_RELEASES } from '@woodpeckers/autoscaler-core'
import type { PoolSettings } from './cli-schema.ts'

/** Settings that somebody has set and others make useless; each with the end of a sentence that says why. */
export function unusedSettings(
  pool: PoolSettings,
): readonly (readonly [setting: keyof PoolSettings, why: string])[] {
  const { agentMode, agentBinaryUrl, agentBinarySha256 } = pool
  const isContainer = agentMode === 'container'
  const why = 'is not used: --agent-mode is container'
  return [
    ...(isContainer && agentBinaryUrl !== AGENT_RELEASES ? [['agentBinaryUrl', why] as const] : []),
    ...(isContainer && agentBinarySha256.length > 0 ? [['agentBinarySha256', why] as const] : []),
  ]
}
