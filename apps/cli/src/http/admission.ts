import { hostCheck } from './allowed-hosts.ts'
import { isLoopback, type ListenAddress } from './listen-address.ts'
import { sameText } from './same-text.ts'

/** What of a request says whether it may. */
export interface Asking {
  readonly method: string
  /** As it was sent, without its query: what it stands for is not known yet. */
  readonly path: string
  /** With its query. */
  readonly url: string
  readonly header: (name: string) => string | undefined
}

/** Why not. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 414
  readonly error: string
}

export interface AdmissionRules {
  readonly listen: ListenAddress
  readonly token: string | undefined
  readonly allowedHosts: readonly string[]
  /** Whether it is the path of a file of the page, which holds nothing. Exactly so: `/x/../metrics` is none. */
  readonly isPage: (path: string) => boolean
}

/** Who asks, where no token says that they may: a page from elsewhere cannot send it (see docs/http.md). */
export const ASKED_BY = 'x-autoscaler-by'

const LONGEST_URL = 2_048
/** Health says one word, and who wakes signs what they send. */
const FOR_EVERYBODY: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/wake'])
/** What browsers say of requests that another page makes. */
const FOREIGN: ReadonlySet<string> = new Set(['cross-site', 'same-site'])
/** Headers by which a proxy says that somebody else asks through it. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const

/**
 * Answers a function that says why a request is refused; `undefined`: it is not. The files of the page hold nothing,
 * so that they need no token; all else needs it, or, where there is none, this computer.
 */
export function admission(rules: AdmissionRules): (asking: Asking) => Refusal | undefined {
  const { listen, token, isPage } = rules
  const isAllowed = hostCheck(listen, rules.allowedHosts)
  const local = isLoopback(listen.host)
  return (asking) => {
    const { method, path, url, header } = asking
    if (url.length > LONGEST_URL)
      return { status: 414, error: `the URL is longer than ${LONGEST_URL} characters` }
    if (FOR_EVERYBODY.has(path)) return undefined
    if (!isAllowed(header('host') ?? '')) return { status: 403, error: WRONG_HOST }
    if (token === undefined && !local) return { status: 403, error: NO_TOKEN_SET }
    const reads = method === 'GET' || method === 'HEAD'
    if (reads && isPage(path)) return undefined
    // Pages from elsewhere could read nothing, but would take places of those who follow.
    if (FOREIGN.has(header('sec-fetch-site') ?? ''))
      return { status: 403, error: 'not for pages from elsewhere' }
    if (token !== undefined) return hasToken(header('authorization'), token) ? undefined : TOKEN_NEEDED
    if (FORWARDED.some((name) => header(name) !== undefined)) return { status: 403, error: THROUGH_PROXY }
    if (reads || header(ASKED_BY)) return undefined
    return { status: 403, error: `say who asks in the header ${ASKED_BY}: a page from elsewhere cannot` }
  }
}

const WRONG_HOST =
  'this name is not one by which it may be asked; add it to --allowed-hosts (WOODPECKER_ALLOWED_HOSTS, http.allowedHosts)'
const NO_TOKEN_SET =
  'it listens beyond this computer without a token, so there is nothing but /healthz and /readyz; set --http-token (WOODPECKER_HTTP_TOKEN, http.token)'
const THROUGH_PROXY =
  'it came through a proxy, so it may be anybody; set --http-token (WOODPECKER_HTTP_TOKEN, http.token)'
const TOKEN_NEEDED: Refusal = {
  status: 401,
  error: 'needs the header Authorization: Bearer <token>, with that of --http-token (WOODPECKER_HTTP_TOKEN)',
}

function hasToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && sameText(given, token)
}
