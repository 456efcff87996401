import { describe, expect, test } from 'vitest'
import { admission } from './admission.ts'

const TOKEN = 'a-token-of-enough-length'
const LOCAL = { host: '127.0.0.1', port: 9090 }
const BEYOND = { host: '0.0.0.0', port: 9090 }
const isPage = (path: string) => path === '/' || path === '/page.js'

type Headers = Readonly<Record<string, string>>

/** The status of the refusal; 200: there is none. */
function asked(listen: typeof LOCAL, token: string | undefined, line: string, headers: Headers = {}): number {
  const [method = '', url = ''] = line.split(' ')
  const all: Headers = { host: '127.0.0.1:9090', ...headers }
  const mayAsk = admission({ listen, token, allowedHosts: [], isPage })
  return mayAsk({ method, url, path: url.split('?', 1)[0]!, header: (name) => all[name] })?.status ?? 200
}

const WITH = { authorization: `Bearer ${TOKEN}` }
const WRONG = { authorization: 'Bearer a-token-of-enough-lengtH' }
const BY = { 'x-autoscaler-by': 'ada' }

describe('who may ask what', () => {
  // On loopback without a token; with one, not given, wrong, given; beyond without one; with one, not given, given.
  test.each([
    ['GET /healthz', {}, 200, [200, 200, 200], 200, [200, 200]],
    ['GET /readyz', {}, 200, [200, 200, 200], 200, [200, 200]],
    ['POST /wake', {}, 200, [200, 200, 200], 200, [200, 200]],
    ['GET /', {}, 200, [200, 200, 200], 403, [200, 200]],
    ['GET /page.js', {}, 200, [200, 200, 200], 403, [200, 200]],
    ['GET /metrics', {}, 200, [401, 401, 200], 403, [401, 200]],
    ['GET /api/v1/status', {}, 200, [401, 401, 200], 403, [401, 200]],
    ['GET /api/v1/stream', {}, 200, [401, 401, 200], 403, [401, 200]],
    ['GET /nothing', {}, 200, [401, 401, 200], 403, [401, 200]],
    ['PUT /api/v1/orders/pause/all', {}, 403, [401, 401, 200], 403, [401, 200]],
    ['PUT /api/v1/orders/pause/all', BY, 200, [401, 401, 200], 403, [401, 200]],
    ['DELETE /api/v1/orders/pause/all', BY, 200, [401, 401, 200], 403, [401, 200]],
    ['PUT /api/v1/log-level', {}, 403, [401, 401, 200], 403, [401, 200]],
    ['POST /', {}, 403, [401, 401, 200], 403, [401, 200]],
    ['OPTIONS /api/v1/orders/pause/all', {}, 403, [401, 401, 200], 403, [401, 200]],
  ])('%s %j', (line, headers, local, localToken, beyond, beyondToken) => {
    const matrix = [
      asked(LOCAL, undefined, line, headers),
      [{}, WRONG, WITH].map((more) => asked(LOCAL, TOKEN, line, { ...headers, ...more })),
      asked(BEYOND, undefined, line, headers),
      [{}, WITH].map((more) => asked(BEYOND, TOKEN, line, { ...headers, ...more })),
    ]
    expect(matrix).toEqual([local, localToken, beyond, beyondToken])
  })

  test.each(['Bearer', 'Bearer ', `Basic ${TOKEN}`, TOKEN, `Bearer ${TOKEN}x`, `Bearer ${TOKEN} ${TOKEN}`])(
    'a token in another form is none: %j',
    (authorization) => {
      expect(asked(LOCAL, TOKEN, 'GET /metrics', { authorization })).toBe(401)
    },
  )

  test('the word before it may be in small letters', () => {
    expect(asked(LOCAL, TOKEN, 'GET /metrics', { authorization: `bearer ${TOKEN}` })).toBe(200)
  })

  test.each([
    '/x/../metrics',
    '//metrics',
    '/page.js/../api/v1/status',
    '/%6detrics',
    '/healthz/../metrics',
    '/./api/v1/status',
    'http://127.0.0.1/metrics',
  ])('no other way to write a path leads past the token: %s', (path) => {
    expect(asked(LOCAL, TOKEN, `GET ${path}`)).toBe(401)
  })
})

test.each(['evil.example', 'evil.example:9090', ''])('a lying host gets nothing but health: %j', (host) => {
  const lines = [
    'GET /',
    'GET /metrics',
    'GET /api/v1/status',
    'PUT /api/v1/orders/pause/all',
    'GET /healthz',
  ]
  expect(lines.map((line) => asked(LOCAL, undefined, line, { host, ...BY }))).toEqual([
    403, 403, 403, 403, 200,
  ])
  expect(lines.map((line) => asked(LOCAL, TOKEN, line, { host, ...WITH }))).toEqual([403, 403, 403, 403, 200])
})

test.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])(
  'what a proxy passed on is not from this computer: %s',
  (name) => {
    const headers = { [name]: '203.0.113.7', ...BY }
    expect(asked(LOCAL, undefined, 'GET /metrics', headers)).toBe(403)
    expect(asked(LOCAL, undefined, 'PUT /api/v1/orders/pause/all', headers)).toBe(403)
    expect(asked(LOCAL, TOKEN, 'GET /metrics', { ...headers, ...WITH })).toBe(200)
    expect(asked(LOCAL, undefined, 'GET /healthz', headers)).toBe(200)
  },
)

test('pages from elsewhere get nothing but a link to the page', () => {
  for (const [site, status] of [
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ] as const) {
    const headers = { 'sec-fetch-site': site, ...BY }
    expect(asked(LOCAL, undefined, 'GET /api/v1/stream', headers)).toBe(status)
    expect(asked(LOCAL, TOKEN, 'PUT /api/v1/orders/pause/all', { ...headers, ...WITH })).toBe(status)
    expect(asked(LOCAL, undefined, 'GET /', headers)).toBe(200)
  }
})

test('a URL that is too long is refused before anything else', () => {
  expect(asked(LOCAL, undefined, `GET /healthz?${'x'.repeat(2_100)}`)).toBe(414)
})
