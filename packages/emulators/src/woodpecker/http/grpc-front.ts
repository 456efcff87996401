import type { Server as HttpServer } from 'node:http'
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2'
import { createServer, type Server, type Socket } from 'node:net'

const PREFACE = 'PRI '

/** What Woodpecker answers by gRPC to who has no token; the agents of the emulator speak JSON over HTTP/1.1 instead. */
export function grpcFront(http: HttpServer): Server {
  const http2 = createHttp2Server()
  http2.on('stream', (stream, headers) => answerGrpc(stream, String(headers[':path'])))
  http2.on('sessionError', () => {})
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.once('data', (first) => {
      socket.pause()
      socket.unshift(first)
      // The HTTP/2 session takes what is buffered by itself, and only from a socket that does not flow.
      if (first.toString('latin1', 0, PREFACE.length) === PREFACE)
        return void http2.emit('connection', socket)
      http.emit('connection', socket)
      socket.resume()
    })
  })
  const close = server.close.bind(server)
  server.close = (done) => {
    for (const socket of sockets) socket.destroy()
    return close(done)
  }
  return server
}

function answerGrpc(stream: ServerHttp2Stream, path: string): void {
  const [status, message] = answerOf(path)
  stream.on('error', () => {})
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status, 'grpc-message': message },
    { endStream: true },
  )
}

function answerOf(path: string): readonly [status: number, message: string] {
  if (path === '/proto.WoodpeckerAuth/Auth') return [2, 'agent could not auth: please provide a token']
  if (path.startsWith('/proto.Woodpecker/')) return [16, 'token is not provided']
  return [12, `unknown service ${path.split('/')[1] ?? ''}`]
}
