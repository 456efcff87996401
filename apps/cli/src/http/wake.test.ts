import { createHmac } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { ServedSite, WAKE_SECRET } from './a-site.test-setup.ts'
import { bodyLimits } from './read-body.ts'

function signed(body: string, secret: string = WAKE_SECRET): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` }
}

/** Without one of this form the body is not read. */
const SOME_SIGNATURE = `X-Gitea-Signature: ${'0'.repeat(64)}\r\n`

async function wake(
  site: ServedSite,
  body: string,
  headers: Record<string, string>,
): Promise<readonly [number, unknown]> {
  const response = await site.ask('wake', { method: 'POST', body, headers })
  return [response.status, await response.json()]
}

test('a delivery with the right signature wakes, once', async () => {
  await using site = await ServedSite.open()
  const body = JSON.stringify({ commits: ['ä'.repeat(1_000)] })
  expect(await wake(site, body, signed(body))).toEqual([202, { woken: true }])
  expect(await wake(site, body, signed(body))).toEqual([
    202,
    { woken: false, why: 'it was delivered before' },
  ])
  expect(site.told.wakes).toBe(1)
})

test.each([
  ['a wrong secret', '{}', signed('{}', 'another-secret-of-some-length'), 401, /not that of this body/],
  ['the signature of another body', '{}', signed('{"a":1}'), 401, /not that of this body/],
  ['no signature', '{}', {}, 401, /^it is not signed/],
  ['a time of long ago', '{}', timed('{}', 1_000), 401, /within 5 minutes/],
])('with %s it wakes nobody', async (_, body, headers, status, error) => {
  await using site = await ServedSite.open()
  expect(await wake(site, body, headers)).toEqual([status, { error: expect.stringMatching(error) }])
  expect(site.told.wakes).toBe(0)
})

function timed(body: string, seconds: number): Record<string, string> {
  const hex = createHmac('sha256', WAKE_SECRET).update(`${seconds}.${body}`).digest('hex')
  return { 'x-wake-timestamp': String(seconds), 'x-wake-signature': `sha256=${hex}` }
}

test('without a secret nobody may wake', async () => {
  await using site = await ServedSite.open({ wakeSecret: undefined })
  const [status, answer] = await wake(site, '{}', signed('{}'))
  expect([status, answer]).toEqual([404, { error: expect.stringContaining('--wake-secret') }])
})

test('it needs no token: the signature says more', async () => {
  await using site = await ServedSite.open({ token: 'a-token-of-enough-length' })
  expect(await wake(site, '{}', signed('{}'))).toEqual([202, { woken: true }])
})

test('GET wakes nobody', async () => {
  await using site = await ServedSite.open()
  expect((await site.ask('wake')).status).toBe(404)
})

test.each([
  ['no signature', '', /not signed/],
  ['no signature that could be one', 'X-Gitea-Signature: abc\r\n', /not that of this body/],
])('with %s it is refused before its body comes', async (_, header, error) => {
  await using site = await ServedSite.open()
  const answer = await site.raw(
    `POST /wake HTTP/1.1\r\nHost: localhost\r\n${header}Content-Length: 1000\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  expect(answer).toMatch(error)
})

test.each([
  ['of unknown length', 'Transfer-Encoding: chunked', `${(900_000).toString(16)}\r\n`],
  ['of known length', 'Content-Length: 1000000', ''],
])('unfinished bodies %s may have 4 MB together; the next is told 503', async (_, length, before) => {
  await using site = await ServedSite.open()
  const answers: string[] = []
  const sockets = Array.from({ length: 6 }, (_none, index) => {
    const socket = site.connect().on('error', () => {})
    answers[index] = ''
    socket.on('data', (chunk: Buffer) => {
      answers[index] += String(chunk)
    })
    const head = `POST /wake HTTP/1.1\r\nHost: localhost\r\n${SOME_SIGNATURE}${length}\r\n\r\n`
    socket.write(head + before + 'x'.repeat(900_000))
    return socket
  })
  await vi.waitFor(() => expect(answers.join('')).toContain('HTTP/1.1 503 '), 5_000)
  for (const socket of sockets) socket.destroy()
  await vi.waitFor(async () => {
    const body = JSON.stringify({ filler: 'x'.repeat(900_000) })
    expect((await wake(site, body, signed(body)))[0]).toBe(202)
  }, 5_000)
})

test('a body that says that it is longer than a megabyte is not read', async () => {
  await using site = await ServedSite.open()
  const head = `POST /wake HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${SOME_SIGNATURE}Content-Length: ${bodyLimits.bytes + 1}\r\n\r\n`
  expect(await site.raw(head)).toMatch(/^HTTP\/1\.1 413 /)
})

test('a body that is longer, and does not say so, is cut off while it comes', async () => {
  await using site = await ServedSite.open()
  const socket = site.connect()
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk
  })
  let isOpen = true
  socket.on('close', () => {
    isOpen = false
  })
  socket.on('error', () => {})
  socket.write(
    `POST /wake HTTP/1.1\r\nHost: localhost\r\n${SOME_SIGNATURE}Transfer-Encoding: chunked\r\n\r\n`,
  )
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  let sent = 0
  while (isOpen && sent < 512) {
    sent++
    const error = await new Promise((resolve) => socket.write(chunk, resolve))
    if (error) break
  }
  await vi.waitFor(() => expect(isOpen).toBe(false), 5_000)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(sent).toBeLessThan(512)
  expect(site.told.wakes).toBe(0)
})

test('a body without end is cut by time', async () => {
  const { systemClock } = await import('@woodpeckers/autoscaler-core')
  // Ten seconds pass in a twentieth of one.
  const hasty = {
    ...systemClock,
    startTimer: (ms: number, ring: () => void) => systemClock.startTimer(ms / 200, ring),
  }
  await using site = await ServedSite.open({ clock: hasty })
  const answer = await site.raw(
    `POST /wake HTTP/1.1\r\nHost: localhost\r\n${SOME_SIGNATURE}Content-Length: 100\r\n\r\n{`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*did not end within 10s/)
})
