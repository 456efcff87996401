import type { ProviderDefinition } from '@woodpeckers/autoscaler-core'
import type { Traces } from './trial.ts'

/** Something that was not removed, or may not have been. */
export interface Left {
  readonly what: 'record' | 'machine'
  readonly why: string
}

/** What would be left if the program ended now. */
export function mayBeLeft({ record, machine }: Traces): readonly Left[] {
  const why = 'stopped before it was removed'
  const left: Left[] = []
  if (record !== 'none') left.push({ what: 'record', why })
  if (machine === 'unsure' || machine === 'seen') left.push({ what: 'machine', why })
  return left
}

/** Loud, with what to do about it; one line. */
export function leftText(
  { what, why }: Left,
  name: string,
  { definition, serverUrl }: { readonly definition: ProviderDefinition; readonly serverUrl: string },
): string {
  return what === 'machine'
    ? `LEFT BEHIND: machine ${name} at provider ${definition.name} may still be there and cost money (${why}); end it there by its name`
    : `LEFT BEHIND: the record of agent ${name} at ${serverUrl} (${why}); delete it there, in the admin settings under Agents`
}
