import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttp2Server, createSecureServer, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { type Clock, systemClock } from '@woodpeckers/autoscaler-core'
import { EmulatedWoodpecker, serveWoodpecker } from '@woodpeckers/autoscaler-emulators'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { checkGrpc } from './check-grpc.ts'

const hasty: Clock = {
  ...systemClock,
  startTimer: (delayMs, ring) => systemClock.startTimer(delayMs / 10, ring),
}

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function listen(server: Pick<Server, 'listen' | 'close' | 'address' | 'on'>): Promise<number> {
  server.on('connection', (socket: { destroy(): void }) => ends.push(() => socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => void server.close())
  return (server.address() as AddressInfo).port
}

function check(port: number, change: { grpcSecure?: boolean; grpcVerify?: boolean; host?: string } = {}) {
  const { host = '127.0.0.1', grpcSecure = false, grpcVerify } = change
  return checkGrpc({ grpcAddr: `${host}:${port}`, grpcSecure, grpcVerify }, hasty)
}

async function aWoodpecker() {
  const server = new EmulatedWoodpecker({ clock: systemClock, random: () => 0.5 })
  const served = await serveWoodpecker(server)
  ends.push(() => served.close())
  return { http: Number(new URL(served.url).port), grpc: Number(served.agentAddress.split(':')[1]) }
}

const answer = (status: number, message: string) => (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': String(status), 'grpc-message': message }),
  )
  stream.end()
}
const woodpecker = answer(2, 'agent could not auth: please provide a token')

describe('without TLS', () => {
  test('the emulated Woodpecker is one', async () => {
    const { grpc } = await aWoodpecker()
    expect(await check(grpc)).toMatchObject({
      ok: true,
      text: expect.stringMatching(/^Woodpecker answers at .*, without TLS, as seen from this computer$/),
    })
  })

  test('its HTTP port is not', async () => {
    const { http } = await aWoodpecker()
    expect(await check(http)).toMatchObject({
      ok: false,
      text: `127.0.0.1:${http} is the HTTP port of Woodpecker, not its gRPC port`,
    })
  })

  test('nor is TLS against its plain port', async () => {
    const { grpc } = await aWoodpecker()
    expect(await check(grpc, { grpcSecure: true })).toMatchObject({
      ok: false,
      text: `127.0.0.1:${grpc} speaks gRPC without TLS, but TLS is configured`,
    })
  })

  test.each([
    [
      'another gRPC server',
      answer(12, 'unknown service proto.WoodpeckerAuth'),
      /is a gRPC server, but not Woodpecker's \(status 12\)/,
    ],
    ['a gRPC server that takes every call', answer(0, ''), /not Woodpecker's \(status 0\)/],
    ['a proxy whose server is away', answer(14, 'no healthy upstream'), /passes the call to no server/],
    [
      'a web server',
      (stream: ServerHttp2Stream) => {
        stream.respond({ ':status': 404, 'content-type': 'text/html' })
        stream.end('x')
      },
      /answers HTTP 404 with text\/html, not gRPC/,
    ],
  ])('%s is named', async (_, respond, words) => {
    const server = createHttp2Server()
    server.on('stream', respond)
    expect(await check(await listen(server as unknown as Server))).toMatchObject({
      ok: false,
      text: expect.stringMatching(words),
    })
  })

  test('a Woodpecker that answers with trailers is one', async () => {
    const server = createHttp2Server()
    server.on('stream', woodpecker)
    expect(await check(await listen(server as unknown as Server))).toMatchObject({ ok: true })
  })

  test('a load balancer of HTTP/1.1 is named', async () => {
    const port = await listen(createHttpServer((_, response) => response.end('hello')) as unknown as Server)
    expect(await check(port)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/speaks HTTP\/1\.1, not HTTP\/2/),
    })
  })

  test('a port that says nothing is given up', async () => {
    const port = await listen(createServer(() => {}))
    expect(await check(port)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/takes connections, but says nothing: no answer within 5s/),
    })
  })

  test('a port that hangs up at once is named', async () => {
    const port = await listen(createServer((socket) => socket.destroy()))
    expect(await check(port)).toMatchObject({ ok: false, text: expect.stringMatching(/does not speak gRPC/) })
  })

  test('where nothing listens, and where there is no such name', async () => {
    expect(await check(1)).toMatchObject({
      ok: false,
      text: expect.stringMatching(/nothing listens there \(ECONNREFUSED\)/),
    })
    const { ok, text } = await check(9000, { host: 'no-such-host.invalid' })
    expect([ok, text]).toEqual([
      false,
      expect.stringMatching(/the name (is not found|cannot be looked up now)/),
    ])
  })
})

const folder = mkdtempSync(join(tmpdir(), 'check-grpc-'))
afterAll(() => rmSync(folder, { recursive: true }))

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
}

function aCertificate() {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=other.test', '-days', '1']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  )
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

describe.skipIf(!hasOpenssl())('with TLS', () => {
  const certificate = hasOpenssl() ? aCertificate() : {}

  async function secured() {
    const server = createSecureServer(certificate)
    server.on('stream', woodpecker)
    server.on('sessionError', () => {})
    return await listen(server as unknown as Server)
  }

  test('plain text against TLS is named', async () => {
    expect(await check(await secured())).toMatchObject({
      ok: false,
      text: expect.stringMatching(/speaks TLS, but none is configured/),
    })
  })

  test('a certificate that is not trusted is named, unless agents do not verify it', async () => {
    const port = await secured()
    expect(await check(port, { grpcSecure: true })).toMatchObject({
      ok: false,
      text: expect.stringMatching(/certificate is not valid .*: it is self-signed/),
    })
    expect(await check(port, { grpcSecure: true, grpcVerify: false })).toMatchObject({
      ok: true,
      text: expect.stringMatching(/with TLS, certificate not verified \(it is self-signed\)/),
    })
  })

  test('TLS without HTTP/2 is named', async () => {
    const port = await listen(createTlsServer(certificate, () => {}))
    expect(await check(port, { grpcSecure: true })).toMatchObject({
      ok: false,
      text: expect.stringMatching(/speaks TLS, but not HTTP\/2/),
    })
  })
})
