import type { ProviderDefinition, Setting } from '@woodpeckers/autoscaler-core'
import { builtInProviders } from '../providers/built-in.ts'
import { insteadOf } from '../settings/agent-variables.ts'
import { knownSettings } from '../settings/load-settings.ts'
import { namesOf } from './known-names.ts'
import { counts, renamedIn } from './older-names.ts'
import { type UnknownName, unknownNames } from './unknown-names.ts'

type Variables = Readonly<Record<string, string | undefined>>

interface Given {
  /** As it is written; empty: none. */
  readonly provider: string
  readonly definition: ProviderDefinition | undefined
}

/** What the clouds' own tools read, and nothing here does, with our variable that says the same. */
const OF_CLOUDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hetznercloud: {
    HCLOUD_TOKEN: 'WOODPECKER_HETZNERCLOUD_API_TOKEN',
    HCLOUD_ENDPOINT: 'WOODPECKER_HETZNERCLOUD_ENDPOINT',
  },
  timewebcloud: {
    TWC_TOKEN: 'WOODPECKER_TIMEWEBCLOUD_API_TOKEN',
    TIMEWEB_CLOUD_TOKEN: 'WOODPECKER_TIMEWEBCLOUD_API_TOKEN',
  },
}

/** One line for each variable that is not what somebody meant it to be. */
export async function nameWarnings(env: Variables, given: Given): Promise<readonly string[]> {
  const renamed = renamedIn(env).map((one) => {
    const what = one.why === 'older' ? `is an older name of ${one.newer}` : `is misspelt`
    return counts(one, env)
      ? `${one.older} ${what}: taken as ${one.newer}`
      : `${one.older} ${what}, and not used: ${one.newer} is set`
  })
  return [
    ...renamed,
    ...tellUnknown(await unknownNames(env, given), given.provider),
    ...tellClouds(env, given.provider),
    ...tellQuotes(env, knownSettings(given.definition)),
  ]
}

function tellUnknown(names: readonly UnknownName[], provider: string): readonly string[] {
  const lines: string[] = []
  const groups = new Map<string, string[]>()
  for (const one of names) {
    if (one.kind === 'unknown') {
      const { name, meant } = one
      // FILTER_LABELS has a line of its own.
      lines.push(`${name} is not known, and not used${meant === undefined ? '' : `; is ${meant} meant?`}`)
      continue
    }
    if (one.kind === 'woodpecker' && one.name === 'WOODPECKER_FILTER_LABELS') continue
    if (one.kind === 'woodpecker' && one.of === 'decided') {
      lines.push(`${one.name} is a setting of agents, and not used: ${insteadOf(one.name)}`)
      continue
    }
    const whose = one.kind === 'woodpecker' ? one.of : `provider ${one.provider}`
    groups.set(whose, [...(groups.get(whose) ?? []), one.name])
  }
  for (const [whose, all] of groups) lines.push(groupLine(whose, all, provider))
  return lines
}

function groupLine(whose: string, names: readonly string[], provider: string): string {
  const list = names.join(', ')
  const are = names.length === 1 ? 'is a setting' : 'are settings'
  const those = names.length === 1 ? 'it' : 'them'
  if (whose === 'server') return `${list} ${are} of the Woodpecker server: not used here`
  if (whose === 'agent')
    return `${list} ${are} of agents, and not used: use --agent-env to give ${those} to agents`
  const absent = Object.hasOwn(builtInProviders, whose.replace('provider ', ''))
    ? ''
    : ', which is not built in'
  return `${list} ${are} of the ${whose}${absent}, and not used${provider === '' ? '' : `: the provider is ${provider}`}`
}

function tellClouds(env: Variables, provider: string): readonly string[] {
  const names = Object.hasOwn(OF_CLOUDS, provider) ? OF_CLOUDS[provider]! : {}
  return Object.entries(names).flatMap(([own, ours]) =>
    env[own] && !env[ours] && !env[`${ours}_FILE`] ? [`${own} is not used: use ${ours}`] : [],
  )
}

/** `docker run --env-file` takes quotes as a part of the value. Where ours are lists, double ones are read as such. */
function tellQuotes(env: Variables, settings: readonly Setting[]): readonly string[] {
  return settings.flatMap((setting) => {
    const isList = setting.kind === 'list' || setting.kind === 'key-values'
    const quoted = isList ? /^'[\s\S]*'$/ : /^(['"])[\s\S]*\1$/
    return namesOf(setting)
      .filter((name) => quoted.test(env[name] ?? ''))
      .map((name) => `${name} has quotes as a part of its value: leave them out, nothing removes them`)
  })
}
