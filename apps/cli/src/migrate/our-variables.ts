import type { Environment } from './environment.ts'

/** Another program's settings on their way into our own variables, with which of theirs each comes from. */
export class OurVariables {
  readonly env: Record<string, string> = {}
  readonly #theirs: Environment
  readonly #names: Map<string, string> = new Map()

  constructor(theirs: Environment) {
    this.#theirs = theirs
  }

  /** `usual`: what the other program does where nothing is said. */
  take(ours: string, theirs: string, usual?: string): void {
    this.name(ours, theirs)
    this.set(ours, this.#theirs[theirs] || usual)
  }

  /** One that may be in a file besides. */
  takeSecret(ours: string, theirs: string): void {
    this.take(ours, theirs)
    this.take(`${ours}_FILE`, `${theirs}_FILE`)
  }

  set(ours: string, text: string | undefined): void {
    if (text) this.env[ours] = text
  }

  /** Says what of theirs one of ours is made of. */
  name(ours: string, theirs: string): void {
    this.#names.set(ours, theirs)
  }

  nameOf(ours: string): string {
    return this.#names.get(ours) ?? ours
  }
}
