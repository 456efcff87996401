export type OrderVerb = 'pause' | 'drain' | 'replace' | 'protect'

/** What somebody asks for, or takes back. */
export interface Order {
  readonly verb: OrderVerb
  /** A pool, a machine, or `all`. */
  readonly subject: string
  readonly isTakenBack: boolean
  /** Who asks, for the log and the events. */
  readonly by: string
}
