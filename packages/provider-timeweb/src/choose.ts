import { Rejected } from '@woodpeckers/autoscaler-core'

/** One thing of a list, with the names that a person may give it. */
export interface Choice<T> {
  readonly id: number | string
  readonly names: readonly string[]
  readonly value: T
}

const MOST_SHOWN = 60

/**
 * What a setting names, by id or by name. Throws `Rejected` with what there is, in one line, where nothing
 * has the name, or several have.
 */
export function choose<T>(flag: string, wanted: string, choices: readonly Choice<T>[]): T {
  const byId = choices.find(({ id }) => String(id) === wanted)
  if (byId) return byId.value
  const alike = choices.filter(({ names }) => names.some((name) => canonical(name) === canonical(wanted)))
  const [only, ...others] = alike
  if (only && others.length === 0) return only.value
  const problem = only ? 'several have that name: give the id' : 'there is none'
  throw new Rejected(`${flag} is “${wanted}”: ${problem}; there is ${shown(only ? alike : choices)}`)
}

function canonical(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, '-')
}

function shown(choices: readonly Choice<unknown>[]): string {
  if (choices.length === 0) return 'nothing to choose from'
  const texts = choices.slice(0, MOST_SHOWN).map(({ id, names }) => {
    const [name] = names
    return name === undefined || name === String(id) ? String(id) : `${id} (${name})`
  })
  const more = choices.length - texts.length
  return texts.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
