import { Rejected } from '@woodpeckers/autoscaler-core'

interface Named {
  readonly id: number
  readonly name: string | null
}

/** The thing that a setting names, by its name or else its id. @throws Rejected that lists what there is */
export function findNamed<T extends Named>(flag: string, kind: string, wanted: string, all: readonly T[]): T {
  const found = all.find(({ name }) => name === wanted) ?? all.find(({ id }) => String(id) === wanted)
  if (found) return found
  throw new Rejected(
    `--hetznercloud-${flag}: there is no ${kind} "${wanted}"; ${thereAre(all.map(({ id, name }) => name ?? String(id)))}`,
  )
}

/** The second half of a sentence that says that something is not there. */
export function thereAre(names: readonly string[]): string {
  const sorted = [...new Set(names)].toSorted()
  return sorted.length === 0 ? 'the project has none' : `there are: ${sorted.join(', ')}`
}
