/** No connection came about, so nothing can have been done. */
export const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** The system's code of a broken connection, found where the SDK keeps it; `undefined`: it was not one. */
export function networkCode(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    if (error instanceof AggregateError && error.errors.length > 0) return networkCode(error.errors[0])
    const { code } = error as { code?: unknown }
    if (typeof code === 'string' && /^(?:E[A-Z_]+|CERT_|DEPTH_|SELF_|UNABLE_|ERR_)/.test(code)) return code
    if (error.name === 'TimeoutError') {
      return /not establish a connection|connect/i.test(error.message) ? 'CONNECT_TIMEOUT' : 'ETIMEDOUT'
    }
    if (error.message === 'socket hang up' || error.message === 'aborted') return 'ECONNRESET'
  }
  return undefined
}

/** Fit for a log: the SDK's own error carries the request, with the user data, and its signature. */
export function causeOf(thrown: unknown): Error {
  const name = thrown instanceof Error ? thrown.name : 'Error'
  const id = (thrown as { $metadata?: { requestId?: string } } | undefined)?.$metadata?.requestId
  const cause = new Error(id === undefined ? name : `${name}, request ${id}`)
  cause.name = name
  // Ours has no stack worth reading.
  delete cause.stack
  return cause
}
