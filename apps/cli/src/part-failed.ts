import { asOutsideError, type OutsideError } from '@woodpeckers/autoscaler-core'

/** The server or the provider cannot be used: its message begins with which of them, as both have tokens. */
export class PartFailed extends Error {
  readonly part: string
  /** What it said itself. */
  readonly error: OutsideError

  constructor(part: string, thrown: unknown) {
    const error = asOutsideError(thrown)
    super(`${part}: ${error.message}`, { cause: error })
    this.part = part
    this.error = error
  }
}
