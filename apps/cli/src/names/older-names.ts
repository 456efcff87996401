import { nearestKey } from '@woodpeckers/autoscaler-core'
import { prefixOf } from '../migrate/go-providers.ts'
import { builtInProviders } from '../providers/built-in.ts'
import { knownNames } from './known-names.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** A variable whose value counts under another name. */
export interface Renamed {
  readonly older: string
  readonly newer: string
  readonly why: 'older' | 'misspelt'
}

/** Names of older versions of the Go autoscaler, each with the one that took its place. */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  WOODPECKER_HETZNERCLOUD_USERDATA: 'WOODPECKER_PROVIDER_USERDATA',
  WOODPECKER_HETZNERCLOUD_USERDATA_FILE: 'WOODPECKER_PROVIDER_USERDATA_FILE',
  WOODPECKER_HETZNERCLOUD_SSH_KEY_ID: 'WOODPECKER_HETZNERCLOUD_SSH_KEYS',
}

/** Further names that a setting of ours goes by: where one of them is set, an older one counts no more. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  WOODPECKER_PROVIDER_USERDATA: ['WOODPECKER_CLOUDINIT_TEMPLATE'],
  WOODPECKER_PROVIDER_USERDATA_FILE: ['WOODPECKER_CLOUDINIT_TEMPLATE_FILE'],
}

/** The first word with a slip in it. The Go autoscaler's documentation had `WOODEPCKER_GRPC_ADDR`. */
export function withRightPrefix(name: string): string | undefined {
  const [word = ''] = name.split('_', 1)
  if (word === 'WOODPECKER' || word === name || word !== word.toUpperCase()) return undefined
  return nearestKey(word, ['WOODPECKER']) && `WOODPECKER${name.slice(word.length)}`
}

/** Whether a name is one of ours, or can be one of a provider that is built in. */
function isOurs(name: string): boolean {
  return (
    knownNames(undefined).has(name) ||
    Object.keys(builtInProviders).some((provider) => name.startsWith(prefixOf(provider)))
  )
}

/**
 * The variables that count under another name: an older one, or one of ours whose first word is misspelt. The names stay
 * where they are, so that this says the same of an environment in which they have been taken.
 */
export function renamedIn(env: Variables): readonly Renamed[] {
  return Object.keys(env).flatMap((older): Renamed[] => {
    if (!env[older]) return []
    const right = withRightPrefix(older)
    const newer = OLDER_NAMES[older] ?? (right !== undefined && isOurs(right) ? right : undefined)
    if (newer === undefined) return []
    // The Go autoscaler's way to say that there is none.
    if (older === 'WOODPECKER_HETZNERCLOUD_SSH_KEY_ID' && env[older] === '-1') return []
    return [{ older, newer, why: right === undefined ? 'older' : 'misspelt' }]
  })
}

/** Whether the value of the older name counts: nothing else is said under the newer one. */
export function counts({ older, newer }: Renamed, env: Variables): boolean {
  const names = [newer, ...(ALIASES[newer] ?? [])].flatMap((name) => [name, twin(name)])
  return names.every((name) => !env[name] || (name === newer && env[name] === env[older]))
}

function twin(name: string): string {
  return name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`
}

/** The environment with older names made new. */
export function withNewerNames(env: Variables): Variables {
  const merged: Record<string, string | undefined> = { ...env }
  for (const renamed of renamedIn(env)) {
    if (counts(renamed, merged)) merged[renamed.newer] = merged[renamed.older]
  }
  return merged
}

/** The same for who tells each: `renamed` are those that were taken. */
export function withoutOlderNames(env: Variables): {
  readonly env: Variables
  readonly renamed: readonly (readonly [older: string, newer: string])[]
} {
  const renamed = renamedIn(env).filter((one) => counts(one, env))
  return { env: withNewerNames(env), renamed: renamed.map(({ older, newer }) => [older, newer]) }
}
