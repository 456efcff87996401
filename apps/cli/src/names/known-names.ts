import { describeSettings, type ProviderDefinition, type Setting } from '@woodpeckers/autoscaler-core'
import { builtInDefinitions } from '../providers/built-in.ts'
import { CONFIG_ENV } from '../settings/config-path.ts'
import { knownSettings } from '../settings/load-settings.ts'

/** Every variable that a setting is looked for in. */
export function namesOf({ env, envAliases, fromFile }: Setting): readonly string[] {
  const names = [env, ...envAliases]
  return fromFile ? names.flatMap((name) => [name, `${name}_FILE`]) : names
}

/** Variables of commands that ask a running autoscaler. */
const OF_CLIENT: readonly string[] = [
  'WOODPECKER_AUTOSCALER_URL',
  'WOODPECKER_HTTP_TOKEN',
  'WOODPECKER_HTTP_TOKEN_FILE',
]

/** What the program itself looks at, with one provider. */
export function knownNames(definition: ProviderDefinition | undefined): ReadonlySet<string> {
  return new Set([...knownSettings(definition).flatMap(namesOf), ...OF_CLIENT, CONFIG_ENV])
}

/** Variables of the providers that are built in, each with the provider's name. */
export async function namesOfProviders(): Promise<ReadonlyMap<string, string>> {
  const names = (await builtInDefinitions()).flatMap(({ options, name }) =>
    describeSettings(options, name)
      .flatMap(namesOf)
      .map((variable) => [variable, name] as const),
  )
  return new Map(names)
}
