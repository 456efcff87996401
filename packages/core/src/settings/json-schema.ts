import type { z } from 'zod'

const OURS = [
  'flag',
  'env',
  'envAliases',
  'mayHoldSecrets',
  'file',
  'placeholder',
  'defaultText',
  'group',
  'kind',
  'notation',
] as const

/**
 * The JSON schema of the settings as a config file writes them: durations as text, for example. What is
 * only about flags and variables is left out; a secret is marked `writeOnly`.
 */
export function settingsJsonSchema(schema: z.ZodObject): Record<string, unknown> {
  return schema.toJSONSchema({
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const loose = jsonSchema as Record<string, unknown>
      for (const key of OURS) delete loose[key]
      if (loose['secret'] === true) loose['writeOnly'] = true
      delete loose['secret']
    },
  }) as Record<string, unknown>
}
