/**
 * Names of which a record may exist: those of the last list, and those asked for since. It spares a fresh
 * name the look-up before its record is made.
 */
export interface NamesSeen {
  /** `true` also while no list has been read. */
  mayExist(name: string): boolean
  add(name: string): void
  remove(name: string): void
  /** `beganAt`: what `mark` answered before the list was asked for. */
  replace(names: Iterable<string>, beganAt: number): void
  mark(): number
}

export function createNamesSeen(): NamesSeen {
  let listed: ReadonlySet<string> | undefined
  let count = 0
  /** With the moment of each, so that a list which began earlier does not wipe it out. */
  const added = new Map<string, number>()
  return {
    mayExist: (name) => listed === undefined || listed.has(name) || added.has(name),
    add: (name) => void added.set(name, ++count),
    remove: (name) => void added.delete(name),
    mark: () => count,
    replace(names, beganAt) {
      listed = new Set(names)
      for (const [name, moment] of added) if (moment <= beganAt) added.delete(name)
    },
  }
}
