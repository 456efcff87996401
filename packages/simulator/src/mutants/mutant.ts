/** A bug put into the engine on purpose: one piece of its source, replaced. */
export interface Mutant {
  /** What it does wrong, as a sentence about the engine. */
  readonly what: string
  /** Below `packages/`. */
  readonly file: string
  /** Stands in the file once. */
  readonly find: string
  readonly replace: string
  /** Who saw it when it was written down: asked first, and if it sees it no more, all others are. */
  readonly seenBy?: Witness
}

/** Who can see a bug: a world, by its seed or, if it was kept, by its name; or the tests with this in their path. */
export type Witness = { readonly world: number | string } | { readonly tests: string }

/** Who saw a bug, and what. */
export interface Sighting {
  readonly by: Witness
  readonly what: string
}

/** The file with the bug in it. @throws Error where the source has changed so that it is not clear what to replace */
export function withBug(source: string, { what, file, find, replace }: Mutant): string {
  const [before, after, ...more] = source.split(find)
  if (before === undefined || after === undefined || more.length > 0) {
    const holds = after === undefined ? 'no longer holds' : 'holds more than once'
    throw new Error(`${file} ${holds} what "${what}" replaces: ${find}`)
  }
  return before + replace + after
}
