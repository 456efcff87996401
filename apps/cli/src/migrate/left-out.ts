import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { counts, renamedIn } from '../names/older-names.ts'
import { unknownNames } from '../names/unknown-names.ts'
import { builtInProviders } from '../providers/built-in.ts'
import { insteadOf } from '../settings/agent-variables.ts'
import { CONFIG_ENV } from '../settings/config-path.ts'
import type { Environment } from './environment.ts'

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
  const apart = Object.entries(SAID_APART).flatMap(([name, what]) => (env[name] ? [`${name} ${what}`] : []))
  const twice = renamedIn(env)
    .filter((one) => !counts(one, env))
    .map(({ older, newer }) => `${older} is left out: ${newer} is set`)
  const lines: string[] = []
  const groups = new Map<string, string[]>()
  for (const one of await unknownNames(env, { provider, definition })) {
    if (SAID_APART[one.name] !== undefined) continue
    if (one.kind === 'unknown') lines.push(unknown(one.name, one.meant))
    else if (one.kind === 'woodpecker' && one.of === 'decided') {
      lines.push(`${one.name} is left out: it is a setting of agents; ${insteadOf(one.name)}`)
    } else {
      const whose =
        one.kind === 'woodpecker' ? OF_WOODPECKER[one.of === 'agent' ? 'agent' : 'server'] : one.provider
      groups.set(whose, [...(groups.get(whose) ?? []), one.name])
    }
  }
  const ofOthers = [...groups].map(([whose, names]) => {
    const those = names.length === 1 ? 'is' : 'are'
    const isProvider = !(Object.values(OF_WOODPECKER) as string[]).includes(whose)
    const absent = isProvider && !Object.hasOwn(builtInProviders, whose) ? ', which is not built in' : ''
    const other = isProvider ? `; the provider is ${provider}` : ''
    return `${names.join(', ')} ${those} left out: settings of ${whose}${absent}${other}`
  })
  return [...apart, ...twice, ...lines, ...ofOthers]
}

const OF_WOODPECKER = { server: 'the Woodpecker server', agent: 'agents' } as const

function unknown(name: string, nearest: string | undefined): string {
  const meant = nearest === undefined ? '' : `; is ${nearest} meant?`
  return `${name} is not known, and left out${meant}`
}
