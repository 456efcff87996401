import {
  AuthError,
  OfferingUnavailable,
  type OutsideError,
  QuotaExceeded,
  Rejected,
  Transient,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { type Refusal, rateLimited, redacted } from '@woodpeckers/autoscaler-http'

// Timeweb documents the form of its errors, not their codes: what a refused order means is read from its words.
const NO_MONEY = /balance|money|funds|payment|no_paid|средств|баланс|оплат/i
const AT_LIMIT = /limit|quota|too_many|лимит|квот|превыш/i
const SOLD_OUT =
  /capacity|sold.?out|out.of.stock|no.(?:free|available).(?:resources|servers|hosts)|not.enough.resources|unavailable|not.available|недоступ|закончил|нет.свободн|нет.мест/i

/** Turns answers into errors by what the caller does next; 404 and 423 of some requests are theirs to read. */
export function refusalOf(token: string): (refusal: Refusal) => OutsideError | undefined {
  return (refusal) => {
    const { status, method, where } = refusal
    if (status < 300) return undefined
    const mayHaveActed = method !== 'GET'
    if (status < 400) {
      return new UnexpectedAnswer(`${where}: ${status}, sent elsewhere: is the API’s URL right?`, {
        mayHaveActed,
      })
    }
    if (status === 404 && method !== 'POST') return undefined
    if (status === 423 && where.startsWith('DELETE /api/v1/servers/')) return undefined
    if (status === 429) return rateLimited(`${where}: 429: too many requests`, refusal)
    if (isWebPage(refusal)) {
      const said = `${where}: ${status}: a web page came: is a proxy in between?`
      return status >= 500
        ? new Transient(said, { mayHaveActed })
        : new UnexpectedAnswer(said, { mayHaveActed })
    }
    // With an empty body, so there is nothing to quote.
    if (status === 401) {
      return new AuthError(`${where}: 401: the token is wrong, expired or revoked`)
    }
    const words = wordsOf(refusal.body)
    const said = `${where}: ${status}${words && `: ${redacted(words, token)}`}`
    return fromWords(said, words, refusal)
  }
}

function fromWords(said: string, words: string, { status, method }: Refusal): OutsideError {
  if (status >= 500) return new Transient(said, { mayHaveActed: method !== 'GET' })
  const isOrder = method === 'POST'
  if (status === 402 || (isOrder && NO_MONEY.test(words))) return new QuotaExceeded(said)
  // Before the quota: such words often speak of limits, too.
  if (isOrder && SOLD_OUT.test(words)) return new OfferingUnavailable(said)
  if (isOrder && AT_LIMIT.test(words)) return new QuotaExceeded(said)
  if (status === 403) return new AuthError(`${said}: the token lacks the right for this`)
  // A conflict of an order is about what it orders: there is nothing yet that another request could be changing.
  if (status === 408 || (status === 409 && !isOrder) || status === 423) return new Transient(said)
  return new Rejected(said)
}

function isWebPage({ headers }: Refusal): boolean {
  return headers.get('content-type')?.startsWith('text/html') ?? false
}

/** Words that are about the user data may quote it, with the secrets in it. */
const MAY_QUOTE_USER_DATA = /cloud.?(?:init|config)|user.?data|write_files|yaml/i

/** `{status_code, error_code, message: text or texts, response_id}`, the id for Timeweb's support. */
function wordsOf(body: string): string {
  try {
    const {
      error_code: code,
      message,
      response_id: id,
    } = JSON.parse(body) as Readonly<Record<string, unknown>>
    const texts = (Array.isArray(message) ? message : [message]).filter((text) => typeof text === 'string')
    const said = texts.join('; ')
    return [
      typeof code === 'string' ? code : '',
      MAY_QUOTE_USER_DATA.test(said) ? 'it is about the user data (left out here, as it may quote it)' : said,
      typeof id === 'string' ? `(${id.slice(0, 8)})` : '',
    ]
      .filter((part) => part !== '')
      .join(' ')
  } catch {
    return ''
  }
}
