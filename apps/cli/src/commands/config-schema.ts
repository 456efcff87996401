import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { configJsonSchema } from '../config/json-schema.ts'
import { builtInDefinitions } from '../providers/built-in.ts'
import { configPathOf } from '../settings/config-path.ts'
import type { CommandContext } from './index.ts'

/** Prints the JSON schema of the file: with the built-in providers, and with those that `--config` names besides. */
export async function configSchema(context: CommandContext): Promise<number> {
  const definitions = new Map<string, ProviderDefinition>()
  for (const definition of await builtInDefinitions()) definitions.set(definition.name, definition)
  if (configPathOf(context) !== undefined) {
    const beginning = await begin(context, undefined)
    if (!beginning.ok) return refuse(context, beginning.problems)
    for (const { definition } of beginning.config.pools) definitions.set(definition.name, definition)
  }
  context.stdout.write(`${JSON.stringify(configJsonSchema([...definitions.values()]), undefined, 2)}\n`)
  return EXIT.ok
}
