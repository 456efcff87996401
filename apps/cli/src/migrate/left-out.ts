import { describeSettings, nearestKey, type ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { builtInDefinitions } from '../providers/built-in.ts'
import { CONFIG_ENV } from '../settings/config-path.ts'
import { knownSettings } from '../settings/load-settings.ts'
import type { Environment } from './environment.ts'
import { prefixOf, providerOfVariable, withoutOlderNames } from './go-providers.ts'
import { namesOf } from './names-of-setting.ts'

/** Variables with a line of their own. */
const SAID_APART: Readonly<Record<string, string>> = {
  WOODPECKER_FILTER_LABELS:
    'is left out: a pool counts the tasks that fit its agents, by all their labels; say what agents have under labels',
  [CONFIG_ENV]: 'is left out: it names a config file already, which was not looked at',
}

/** One line for each WOODPECKER_ variable that is set and has no place in the file. */
export async function tellLeftOut(
  env: Environment,
  provider: string,
  definition: ProviderDefinition | undefined,
): Promise<readonly string[]> {
  const builtIn = await builtInDefinitions()
  const known = new Set(knownSettings(definition).flatMap(namesOf))
  for (const [older] of withoutOlderNames(env).renamed) known.add(older)
  const others = new Map(
    builtIn.flatMap((one) =>
      describeSettings(one.options, one.name)
        .flatMap(namesOf)
        .map((name) => [name, one.name]),
    ),
  )
  const ofOthers = new Map<string, string[]>()
  const lines: string[] = []
  for (const name of Object.keys(env).toSorted()) {
    if (!env[name]) continue
    const apart = SAID_APART[name]
    // The Go autoscaler's own documentation had this slip, and people copied it.
    if (name.startsWith('WOODEPCKER_')) {
      lines.push(`${name} is left out: nothing reads it, as it begins with WOODEPCKER; is WOODPECKER meant?`)
    } else if (!name.startsWith('WOODPECKER_')) continue
    else if (apart !== undefined) lines.push(`${name} ${apart}`)
    else if (!known.has(name)) {
      // Of a provider that is not here, everything is taken along.
      if (!definition && name.startsWith(prefixOf(provider))) continue
      const other = others.get(name) ?? providerOfVariable(name)
      if (other === undefined || other === provider) lines.push(unknown(name, known))
      else ofOthers.set(other, [...(ofOthers.get(other) ?? []), name])
    }
  }
  for (const [other, names] of ofOthers) {
    const absent = builtIn.some((one) => one.name === other) ? '' : ', which is not built in'
    const those = names.length === 1 ? 'is' : 'are'
    lines.push(
      `${names.join(', ')} ${those} left out: settings of ${other}${absent}; the provider is ${provider}`,
    )
  }
  return lines
}

function unknown(name: string, known: ReadonlySet<string>): string {
  const nearest = nearestKey(name, known)
  const meant = nearest === undefined ? '' : `; is ${nearest} meant?`
  return `${name} is not known, and left out${meant}`
}
