import { createHash } from 'node:crypto'
import { describeSettings } from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { looksSecret } from '../config/looks-secret.ts'

/**
 * A digest of all that a pool's machines are made from: organisation, image, environment and labels of the agent, user data, and what
 * the provider is told, but for its secrets, which may be changed without a change of the machines.
 */
export function madeFrom(pool: PoolConfig): string {
  const { definition, providerOptions } = pool
  const ofProvider = describeSettings(definition.options, definition.name).flatMap(({ key, secret }) =>
    secret ? [] : [[key, providerOptions[key]] as const],
  )
  const parts = [
    pool.mode,
    pool.workflowsPerAgent,
    pool.organisation,
    pool.agentImage,
    ...(pool.agentBackend === undefined ? [] : [pool.agentBackend]),
    sorted(withoutSecrets(pool.agentEnv)),
    sorted(pool.agentLabels),
    pool.agentMode,
    pool.agentBinaryUrl,
    pool.agentBinarySha256,
    pool.cloudinitTemplate,
    pool.registryMirror,
    pool.blockMetadata,
    pool.selfDestructAfter,
    definition.name,
    ofProvider.sort(([a], [b]) => (a < b ? -1 : 1)),
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

/** Others can read the label, and might find a weak secret by trying. */
function withoutSecrets(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, looksSecret(name, value) ? '' : value]),
  )
}

function sorted(pairs: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1))
}
