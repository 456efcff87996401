import type { IncomingMessage, ServerResponse } from 'node:http'
import { CallRefused, type JobState, ServerUnreachable } from '../../agent/agent-link.ts'
import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { readBody } from './read-body.ts'

/**
 * The agents' port. Woodpecker speaks gRPC there; here each call is a POST of JSON to `/rpc/<name>`, with the
 * agent's token and, once it has one, the id of its record in headers.
 */
export async function answerAgent(
  server: EmulatedWoodpecker,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const broken = new AbortController()
  response.on('close', () => broken.abort())
  const body = await readBody(request)
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
  const id = Number(request.headers['x-agent-id']) || undefined
  try {
    const answer = await call(
      server,
      request.url ?? '',
      token,
      id,
      body === '' ? {} : JSON.parse(body),
      broken.signal,
    )
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(answer ?? null))
  } catch (error) {
    if (error instanceof ServerUnreachable) return void response.destroy()
    response.writeHead(error instanceof CallRefused ? 422 : 500)
    response.end(error instanceof Error ? error.message : String(error))
  }
}

interface CallBody {
  readonly info: Parameters<ReturnType<EmulatedWoodpecker['link']>['register']>[0]
  readonly labels: Readonly<Record<string, string>>
  readonly taskId: string
  readonly state: JobState
}

async function call(
  server: EmulatedWoodpecker,
  url: string,
  token: string,
  id: number | undefined,
  body: CallBody,
  signal: AbortSignal,
): Promise<unknown> {
  const link = server.link(token, id)
  switch (url.replace(/^\/rpc\//, '')) {
    case 'register':
      return link.register(body.info, signal)
    case 'unregister':
      return link.unregister(signal)
    case 'next':
      return link.next(body.labels, signal)
    case 'wait':
      return link.wait(body.taskId, signal)
    case 'init':
      return link.init(body.taskId, signal)
    case 'update':
      return link.update(body.taskId, signal)
    case 'extend':
      return link.extend(body.taskId, signal)
    case 'done':
      return link.done(body.taskId, body.state, signal)
    case 'report-health':
      return link.reportHealth(signal)
    default:
      throw new CallRefused(`no such call: ${url}`)
  }
}
