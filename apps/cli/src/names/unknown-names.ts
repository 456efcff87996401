import { nearestKey, type ProviderDefinition } from '@woodpeckers/autoscaler-core'
import { prefixOf, providerOfVariable } from '../migrate/go-providers.ts'
import { knownNames, namesOfProviders } from './known-names.ts'
import { renamedIn, withRightPrefix } from './older-names.ts'
import { programOfVariable } from './woodpeckers-own.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** A variable that looks like a setting of ours, and that nothing reads. */
export type UnknownName =
  | { readonly kind: 'unknown'; readonly name: string; readonly meant: string | undefined }
  /** Of a provider that the pool does not use. */
  | { readonly kind: 'other-provider'; readonly name: string; readonly provider: string }
  /** Of Woodpecker's server or agent. */
  | { readonly kind: 'woodpecker'; readonly name: string; readonly of: 'server' | 'agent' | 'decided' }

/** What is set in vain, in the order of the names. Older names that are taken are not among it. */
export async function unknownNames(
  env: Variables,
  {
    provider,
    definition,
  }: { readonly provider: string; readonly definition: ProviderDefinition | undefined },
): Promise<readonly UnknownName[]> {
  const known = knownNames(definition)
  const ofProviders = await namesOfProviders()
  const taken = new Set(renamedIn(env).map(({ older }) => older))
  return Object.keys(env)
    .toSorted()
    .flatMap((name): UnknownName[] => {
      if (!env[name] || known.has(name) || taken.has(name)) return []
      const right = withRightPrefix(name)
      if (right !== undefined) return [{ kind: 'unknown', name, meant: known.has(right) ? right : undefined }]
      if (!/^woodpecker_/i.test(name)) return []
      const inCapitals = name.toUpperCase()
      if (inCapitals !== name) {
        return [{ kind: 'unknown', name, meant: known.has(inCapitals) ? inCapitals : undefined }]
      }
      // Of a provider that is not here, nobody knows what there is.
      if (!definition && provider !== '' && name.startsWith(prefixOf(provider))) return []
      const other = ofProviders.get(name) ?? providerOfVariable(name)
      if (other !== undefined && other !== provider)
        return [{ kind: 'other-provider', name, provider: other }]
      const program = programOfVariable(name)
      if (program !== undefined) return [{ kind: 'woodpecker', name, of: program }]
      return [{ kind: 'unknown', name, meant: nearestKey(name, known) }]
    })
}
