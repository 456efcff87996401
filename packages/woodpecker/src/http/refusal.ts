import {
  AuthError,
  type OutsideError,
  QueueNeedsAgent,
  Rejected,
  Transient,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { type Refusal, rateLimited } from '@woodpeckers/autoscaler-http'

/**
 * The error that a status stands for; `undefined` where it is an answer: 2xx, 404 (gone), and 409 to a DELETE
 * (busy).
 */
export function refusalOf(refusal: Refusal): OutsideError | undefined {
  const { where, method, status, headers, words } = refusal
  if ((status >= 200 && status < 300) || status === 404) return undefined
  const said = words === '' ? `${where}: ${status}` : `${where}: ${status} "${words}"`
  const isRead = method === 'GET'
  switch (true) {
    case status === 401:
      return new AuthError(
        `${said}: the server does not know the token; set WOODPECKER_TOKEN to a personal access token of an admin`,
      )
    case status === 403:
      return new AuthError(
        `${said}: the token's user is no admin; name the user in WOODPECKER_ADMIN at the server, or use an admin's token`,
      )
    case status === 429:
      return rateLimited(said, refusal)
    case status === 409:
      // To a PATCH it means that the database was locked.
      return method === 'DELETE' ? undefined : new Transient(said)
    case status >= 300 && status < 400:
      return new UnexpectedAnswer(
        `${where}: ${status}, a redirection${destination(headers)}; set WOODPECKER_SERVER to where it leads`,
      )
    case status >= 500 && isRead && /pipeline not found for task/.test(words):
      return new QueueNeedsAgent(said)
    case status >= 500 || status === 408:
      return new Transient(said, { mayHaveActed: !isRead })
    default:
      return new Rejected(said)
  }
}

/** Origin and path alone: a query might hold a secret. */
function destination(headers: Headers): string {
  const location = headers.get('location') ?? ''
  if (!URL.canParse(location)) return ''
  const { origin, pathname } = new URL(location)
  return ` to ${origin}${pathname}`
}
