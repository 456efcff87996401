import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { refusalAnswer } from './answer.ts'
import { answerControl } from './control.ts'
import { EVENT_STREAM_HEADERS, streamEvents } from './event-stream.ts'
import { readBody } from './read-body.ts'
import type { WebFront } from './web-front.ts'

/** The port for people and clients: API, events, and control under `/emulator/`. */
export async function answerWeb(
  server: EmulatedWoodpecker,
  front: WebFront,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET'
  const target = request.url ?? '/'
  const body = await readBody(request)
  if (target.startsWith('/emulator/')) {
    const { pathname } = new URL(target, 'http://emulator.invalid')
    const answer = await answerControl(server, front.faults, method, pathname, body).catch(refusalAnswer)
    response.writeHead(answer.status, answer.type === undefined ? {} : { 'Content-Type': answer.type })
    return void response.end(answer.body)
  }
  const { authorization, 'content-type': contentType } = request.headers
  const reaction = await front.react({ method, target, authorization, contentType, body })
  if (reaction === 'hang') return
  if (reaction === 'reset') return void response.destroy()
  response.sendDate = false
  if ('eventsFor' in reaction) {
    response.writeHead(200, { ...front.headers, ...EVENT_STREAM_HEADERS })
    const write = (text: string) => void response.write(text)
    const leave = streamEvents(server, reaction.eventsFor, { write, end: () => response.end() })
    return void response.on('close', leave)
  }
  response.writeHead(reaction.status, reaction.headers)
  response.end(reaction.body)
}
