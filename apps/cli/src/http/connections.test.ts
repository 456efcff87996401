import { connect, type Socket } from 'node:net'
import { expect, test, vi } from 'vitest'
import { ServedSite } from './a-site.test-setup.ts'

/** A client that says what it is told to, and nothing else. */
class Client {
  answer = ''
  isOpen = true
  readonly socket: Socket

  constructor(site: ServedSite, text = '', localAddress = '127.0.0.1') {
    this.socket = connect({ port: site.http.port, host: '127.0.0.1', localAddress })
    this.socket.on('data', (chunk: Buffer) => {
      this.answer += chunk
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isOpen = false
    })
    if (text !== '') this.socket.write(text)
  }
}

const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'
const NEVER_USED = ''
const HALF_A_HEAD = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n'
const HALF_A_BODY = `POST /wake HTTP/1.1\r\nHost: localhost\r\nX-Gitea-Signature: ${'0'.repeat(64)}\r\nContent-Length: 9\r\n\r\n{`
const STREAM = 'GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n'

function crowd(site: ServedSite, size: number, text: string): readonly Client[] {
  return Array.from({ length: size }, () => new Client(site, text))
}

function until(check: () => void, timeout = 3_000): Promise<void> {
  return vi.waitFor(check, { timeout, interval: 10 })
}

test.each([
  ['never used', NEVER_USED],
  ['half a head', HALF_A_HEAD],
  ['half a body', HALF_A_BODY],
  ['answered and kept open', HEALTH],
])('of connections beyond the limit the oldest are closed, and health is answered: %s', async (_, text) => {
  await using site = await ServedSite.open({ connections: 8 })
  const clients = crowd(site, 40, text)
  await until(() => expect(clients.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(8))
  const health = new Client(site, HEALTH)
  await until(() => expect(health.answer).toMatch(/^HTTP\/1\.1 200 /))
  for (const { socket } of [...clients, health]) socket.destroy()
})

test('the address with the most connections loses one, not the only one of another address', async () => {
  await using site = await ServedSite.open({ connections: 8 })
  const other = new Client(site, HEALTH, '127.0.0.2')
  await until(() => expect(other.answer).toMatch(/^HTTP\/1\.1 200 /))
  const clients = crowd(site, 40, NEVER_USED)
  await until(() => expect(clients.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(7))
  expect(other.isOpen).toBe(true)
  for (const { socket } of [...clients, other]) socket.destroy()
})

test('event streams are neither counted nor closed', async () => {
  await using site = await ServedSite.open({ connections: 4 })
  const followers: Client[] = []
  for (let number = 0; number < 6; number++) {
    const follower = new Client(site, STREAM)
    followers.push(follower)
    await until(() => expect(follower.answer).toContain('event: status'))
  }
  const clients = crowd(site, 20, NEVER_USED)
  await until(() => expect(clients.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(4))
  expect(followers.every(({ isOpen }) => isOpen)).toBe(true)
  for (const { socket } of [...clients, ...followers]) socket.destroy()
})

test('what is never used, or never ends its head, is closed after 5 s, checked every second', async () => {
  await using site = await ServedSite.open()
  const trickling = new Client(site, HALF_A_HEAD)
  const drop = setInterval(() => trickling.isOpen && trickling.socket.write('X-A: b\r\n'), 200)
  const clients = [new Client(site, NEVER_USED), new Client(site, HALF_A_HEAD), trickling]
  try {
    await until(() => expect(clients.map(({ isOpen }) => isOpen)).toEqual([false, false, false]), 8_000)
  } finally {
    clearInterval(drop)
  }
}, 12_000)
