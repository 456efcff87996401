import { createHash } from 'node:crypto'
import { describeSettings, type ProviderDefinition } from '@woodpeckers/autoscaler-core'

/**
 * What is the same for all pools of one account, and tells nobody its secrets: the provider's name, with a digest
 * of the settings that a look at the account takes, or else of its secrets.
 */
export function accountOf(
  definition: ProviderDefinition,
  options: Readonly<Record<string, unknown>>,
): string {
  const keys = definition.browse
    ? Object.keys(definition.browse.options.shape)
    : describeSettings(definition.options, definition.name).flatMap(({ key, secret }) =>
        secret ? [key] : [],
      )
  const said = keys.toSorted().map((key) => [key, options[key]])
  const digest = createHash('sha256').update(JSON.stringify(said)).digest('hex')
  return `${definition.name} ${digest.slice(0, 16)}`
}
