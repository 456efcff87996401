/** A process as the system lists it now. Those that have ended and are only not yet reaped are left out. */
export interface ListedProcess {
  readonly pid: number
  readonly group: number
  /** Never the same for two processes that had one pid: made of its start, and the system's. */
  readonly identity: string
}

/** The system's processes, read afresh with each call. */
export interface ProcessTable {
  find(pid: number): Promise<ListedProcess | undefined>
  list(): Promise<readonly ListedProcess[]>
  /**
   * Pids of this user's processes that were started with this in their environment (`NAME=value`).
   * `undefined`: this system does not show it.
   */
  withEnvironment(marker: string): Promise<readonly number[] | undefined>
}
