import {
  AuthError,
  OfferingUnavailable,
  type OutsideError,
  QuotaExceeded,
  RateLimited,
  Rejected,
  Transient,
  UnexpectedAnswer,
} from '@woodpeckers/autoscaler-core'
import { type Refusal, redacted } from '@woodpeckers/autoscaler-http'
import { z } from 'zod'
import { waitAfter429Ms } from './rate-limit.ts'

const refusalSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown() }),
})
const fieldsSchema = z.object({
  fields: z.array(z.object({ name: z.string(), messages: z.array(z.string()).nullish() })),
})

/** What the API said, fit for a message. */
interface Said {
  readonly code: string
  readonly words: string
}

/**
 * The error that an answer stands for; `undefined` where it is one that the caller wants to see: 2xx, what is
 * gone (404 of the API itself), and a name that is taken.
 *
 * Codes: https://docs.hetzner.cloud/reference/cloud#errors. They count before statuses, which vary.
 */
export function refusalOf(refusal: Refusal): OutsideError | undefined {
  const { where, method, status } = refusal
  if (status >= 200 && status < 300) return undefined
  const said = saidIn(refusal)
  if (!said) return withoutWords(refusal)
  const { code, words } = said
  const line = `${where}: ${status} ${code} "${words}"`
  switch (code) {
    case 'uniqueness_error':
      return method === 'POST' ? undefined : new Rejected(line)
    case 'not_found':
      return method === 'POST' ? new Rejected(line) : undefined
    case 'resource_unavailable':
    case 'placement_error':
      return new OfferingUnavailable(line)
    case 'resource_limit_exceeded':
      return new QuotaExceeded(`${line}: ask Hetzner for a higher limit, or delete what is not needed`)
    case 'unauthorized':
      return new AuthError(
        `${line}: the token is wrong or was revoked; set WOODPECKER_HETZNERCLOUD_API_TOKEN`,
      )
    case 'token_readonly':
      return new AuthError(`${line}: the token may only read; make one with the right to read and write`)
    case 'forbidden':
      return new AuthError(`${line}: the token lacks a right`)
    case 'rate_limit_exceeded':
      return rateLimited(line, refusal)
    case 'protected':
      return new Rejected(`${line}: somebody has protected it from deletion; it is paid until that is lifted`)
    case 'conflict':
    case 'locked':
    case 'resource_locked':
    case 'maintenance':
      return new Transient(line)
    default:
      return byStatus(line, refusal)
  }
}

/** Not the API's form: from something in between, or from its outermost edge. */
function withoutWords(refusal: Refusal): OutsideError {
  const { where, status, headers, body } = refusal
  const isWebPage = headers.get('content-type')?.startsWith('text/html') ?? false
  const came = isWebPage ? `${status} with a web page` : `${status} without a reason`
  if (status === 401 && body === '') return new AuthError(`${where}: 401: the token is wrong or was revoked`)
  if (status === 429) return rateLimited(`${where}: ${came}`, refusal)
  if (status >= 500) return byStatus(`${where}: ${came}`, refusal)
  if (status >= 300 && status < 400) {
    return new UnexpectedAnswer(`${where}: ${status}, a redirection: is --hetznercloud-endpoint right?`)
  }
  return new UnexpectedAnswer(`${where}: ${came}: is a proxy in between, or --hetznercloud-endpoint wrong?`)
}

function byStatus(line: string, { status, method }: Refusal): OutsideError {
  if (status >= 500 || status === 408) return new Transient(line, { mayHaveActed: method !== 'GET' })
  // A code that the API's document does not have may be about what was ordered; its codes for rights are known.
  if (status === 401 || (status === 403 && method !== 'POST')) return new AuthError(line)
  return new Rejected(line)
}

function rateLimited(line: string, { headers, nowAt }: Refusal): RateLimited {
  const retryAfterMs = waitAfter429Ms(headers, nowAt)
  return new RateLimited(`${line}: all requests of this hour are used up`, { retryAfterMs })
}

function saidIn({ body }: Refusal): Said | undefined {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return undefined
  }
  const parsed = refusalSchema.safeParse(json)
  if (!parsed.success) return undefined
  const { code, message, details } = parsed.data.error
  const { data } = fieldsSchema.safeParse(details)
  const fields = data?.fields.map(({ name, messages }) => `${name}: ${messages?.join(', ') ?? ''}`) ?? []
  return { code: redacted(code, ''), words: redacted([message, ...fields].join('; '), '') }
}
