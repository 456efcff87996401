import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** Where to connect, and how. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

export interface GrpcAnswer {
  readonly httpStatus: number
  readonly contentType: string
  /** `undefined`: no gRPC answer. */
  readonly grpcStatus: number | undefined
  readonly grpcMessage: string
  /** Why the certificate would not be accepted by who verifies it. */
  readonly certificate: string | undefined
}

/** The other side speaks TLS, but no HTTP/2 over it. */
export class NoHttp2 extends Error {}

/** An empty gRPC message: not compressed, of length 0. */
const EMPTY_MESSAGE = Buffer.alloc(5)

/** Calls the method of which Woodpecker says without a token that one is needed. It changes nothing. */
export async function callAuth(target: Target, signal: AbortSignal): Promise<GrpcAnswer> {
  const socket = await connected(target, signal)
  const scheme = target.secure ? 'https' : 'http'
  const session = connectHttp2(`${scheme}://${authorityOf(target)}`, { createConnection: () => socket })
  const onAbort = () => session.destroy()
  signal.addEventListener('abort', onAbort)
  try {
    return { ...(await unaryCall(session)), certificate: certificateProblem(socket) }
  } finally {
    signal.removeEventListener('abort', onAbort)
    session.destroy()
    socket.destroy()
  }
}

function unaryCall(session: ClientHttp2Session): Promise<Omit<GrpcAnswer, 'certificate'>> {
  return new Promise((resolve, reject) => {
    session.once('error', reject)
    session.once('close', () => reject(new Error('the connection was closed without an answer')))
    const stream = session.request({
      ':method': 'POST',
      ':path': '/proto.WoodpeckerAuth/Auth',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    let head: IncomingHttpHeaders & { ':status'?: number | undefined } = {}
    let trailers: IncomingHttpHeaders = {}
    stream.on('response', (headers) => {
      head = headers
    })
    stream.on('trailers', (headers) => {
      trailers = headers
    })
    stream.on('error', reject)
    stream.on('data', () => {})
    stream.on('end', () => {
      // A broken connection ends the stream too.
      if (head[':status'] === undefined) return
      const status = trailers['grpc-status'] ?? head['grpc-status']
      resolve({
        httpStatus: head[':status'] ?? 0,
        contentType: head['content-type'] ?? '',
        grpcStatus: status === undefined ? undefined : Number(status),
        grpcMessage: String(trailers['grpc-message'] ?? head['grpc-message'] ?? ''),
      })
    })
    stream.end(EMPTY_MESSAGE)
  })
}

/** Whether TLS comes about; what the certificate is worth is not asked. */
export async function speaksTls(target: Target, signal: AbortSignal): Promise<boolean> {
  try {
    ;(await connected({ ...target, secure: true }, signal)).destroy()
    return true
  } catch (thrown) {
    return thrown instanceof NoHttp2
  }
}

/** The first bytes of the answer to a request of HTTP/1.1. */
export async function askHttp1(target: Target, signal: AbortSignal): Promise<string> {
  const socket = await connected({ ...target, secure: false }, signal)
  return await new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
      if (text.length > 4096) socket.destroy()
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(text))
    socket.end(`GET /version HTTP/1.1\r\nHost: ${authorityOf(target)}\r\nConnection: close\r\n\r\n`)
  })
}

function connected({ host, port, secure }: Target, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket | TLSSocket = secure
      ? connectTls({
          host,
          port,
          ALPNProtocols: ['h2'],
          // Judged afterwards: the error of the handshake would hide what else is there.
          rejectUnauthorized: false,
          ...(isIP(host) ? {} : { servername: host }),
        })
      : connectTcp({ host, port })
    const onAbort = () => {
      socket.destroy()
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed without an answer')))
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      if (secure && (socket as TLSSocket).alpnProtocol !== 'h2') {
        socket.destroy()
        reject(new NoHttp2('no HTTP/2'))
        return
      }
      resolve(socket)
    })
    socket.on('close', () => signal.removeEventListener('abort', onAbort))
  })
}

function certificateProblem(socket: Socket): string | undefined {
  if (!('authorizationError' in socket)) return undefined
  const error: unknown = socket.authorizationError
  if (!error) return undefined
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
}

function authorityOf({ host, port }: Target): string {
  return host.includes(':') ? `[${host.replace(/%.*$/, '')}]:${port}` : `${host}:${port}`
}
