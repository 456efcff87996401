import { type CallOptions, type CiServer, silentLog, systemClock } from '@woodpeckers/autoscaler-core'
import type { WoodpeckerOptions } from '../options.ts'
import { createWoodpeckerServer } from '../woodpecker-server.ts'

export const TOKEN = 'ADMINSTOKEN.ADMINSTOKEN.ADMINSTOKEN'

/** The client with everything that a test does not care about. */
export function newServer(options: Partial<WoodpeckerOptions> = {}): CiServer {
  return createWoodpeckerServer({
    url: 'http://ci.test',
    token: TOKEN,
    grpcAddr: 'ci.test:9000',
    grpcSecure: false,
    clock: systemClock,
    random: () => 0.1,
    log: silentLog,
    ...options,
  })
}

/** Options of a call that nobody calls off. */
export function call(): CallOptions {
  return { signal: new AbortController().signal }
}

/** What it rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`expected a failure, got ${JSON.stringify(value)}`)
    },
    (thrown: unknown) => thrown,
  )
}
