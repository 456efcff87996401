import { PAGE_POLICY, type PageFile } from '@woodpeckers/autoscaler-page'
import { expect, test } from 'vitest'
import { ServedSite, TOKEN } from './a-site.test-setup.ts'
import { accepts } from './accepts.ts'
import { formOf, PageStore } from './page-files.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

function file(type: string, text: string): PageFile {
  return { type, body: bytes(text), gzip: bytes(`gzip ${text}`), br: bytes(`br ${text}`), etag: `"${text}"` }
}

const files = new Map([
  ['/', file('text/html; charset=utf-8', 'page')],
  ['/assets/page-a1b2.js', file('text/javascript; charset=utf-8', 'script')],
])
const page = () => new PageStore(async () => files)

test('the page needs no token, and may load nothing from anywhere else', async () => {
  await using site = await ServedSite.open({ page: page(), token: TOKEN })
  const response = await site.ask('', { headers: { 'accept-encoding': 'identity' } })
  expect([response.status, await response.text()]).toEqual([200, 'page'])
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': PAGE_POLICY,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    etag: '"page"',
  })
  expect(PAGE_POLICY).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/)
})

test('its files may be kept for ever: their names change with what is in them', async () => {
  await using site = await ServedSite.open({ page: page(), token: TOKEN })
  const path = 'assets/page-a1b2.js'
  await site.ask('')
  const response = await site.ask(path)
  expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  const again = await site.ask(path, { headers: { 'if-none-match': '"script"' } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await site.ask('assets/page-c3d4.js')).status).toBe(401)
})

test.each([
  ['br, gzip', 'br page', 'br'],
  ['gzip', 'gzip page', 'gzip'],
  ['br;q=0, gzip', 'gzip page', 'gzip'],
  ['', 'page', undefined],
])('where %j can be read, it is sent as %j', (accepted, text, encoding) => {
  const form = formOf(files.get('/')!, accepted)
  expect([new TextDecoder().decode(form.bytes), form.encoding]).toEqual([text, encoding])
})

test.each([
  [undefined, false],
  ['gzip', true],
  ['deflate, GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip;q=0.0', false],
  ['xgzip', false],
])('Accept-Encoding %j takes gzip: %s', (header, taken) => {
  expect(accepts(header, 'gzip')).toBe(taken)
})

test('one that cannot be built is said, and stops nothing', async () => {
  const broken = new PageStore(() => Promise.reject(new Error('no sources')))
  await using site = await ServedSite.open({ page: broken })
  expect(await (await site.ask('')).text()).toMatch(/its page was not built here/)
  expect((await site.ask('api/v1/status')).status).toBe(200)
})
