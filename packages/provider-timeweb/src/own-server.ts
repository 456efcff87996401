import type { WireServer } from './api/wire.ts'

/** A server of the pool, with the name of its agent, which somebody may have taken from the server itself. */
export interface OwnServer {
  readonly agent: string
  readonly server: WireServer
}
