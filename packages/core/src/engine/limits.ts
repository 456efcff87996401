/** How long calls to the outside may take, and how many go out at once. */
export interface EngineLimits {
  /** A read of the CI server, retries included. */
  readonly serverReadMs: number
  /** A write to the CI server, its read-back included. */
  readonly serverWriteMs: number
  readonly deployMs: number
  readonly removeMs: number
  readonly listMs: number
  readonly consoleMs: number
  /** A tick waits so long for a list of machines, then goes on without that pool. */
  readonly listPatienceMs: number
  /** Calls that change something, for each pool. */
  readonly concurrency: number
}

export const defaultLimits: EngineLimits = {
  serverReadMs: 30_000,
  serverWriteMs: 60_000,
  deployMs: 120_000,
  removeMs: 120_000,
  listMs: 60_000,
  consoleMs: 15_000,
  listPatienceMs: 10_000,
  concurrency: 8,
}
