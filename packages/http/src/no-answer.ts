import { Transient } from '@woodpeckers/autoscaler-core'

/** No connection came about, so nothing can have been done. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The error for a request that ended without a whole answer. */
export function noAnswer(where: string, method: string, thrown: unknown): Transient {
  const code = codeOf(thrown)
  return new Transient(`${where}: no answer (${code ?? 'the connection broke'})`, {
    cause: thrown,
    mayHaveActed: method !== 'GET' && !(code !== undefined && NEVER_SENT.has(code)),
  })
}

/** `fetch` wraps what happened, more than once where several addresses were tried. */
function codeOf(thrown: unknown): string | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 4; error = error.cause, depth++) {
    if ('code' in error && typeof error.code === 'string') return error.code
    if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  }
  return undefined
}
