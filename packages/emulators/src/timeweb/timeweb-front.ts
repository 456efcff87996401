import { sleep } from '@woodpeckers/autoscaler-core'
import type { HttpAnswer, HttpCall, Reaction } from '../http/reaction.ts'
import type { Fault } from '../woodpecker/http/faults.ts'
import { answerApi, type TimewebRequest } from './api.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import type { TimewebToken } from './settings.ts'
import { TimewebRefusal } from './timeweb-refusal.ts'

/** A request with what was answered to it. */
export interface TimewebExchange extends TimewebRequest {
  readonly at: number
  readonly status: number
  readonly answer: string
  readonly contentType: string
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** What happens to a request: the edge, mishaps, the token's rights, then the API itself. */
export async function react(cloud: EmulatedTimeweb, call: HttpCall): Promise<Reaction> {
  const { clock, settings } = cloud
  const at = clock.now()
  if (!cloud.edge.lets()) return 'shut-out'
  const url = new URL(call.target, 'http://emulator.invalid')
  const request = { method: call.method, path: url.pathname, query: url.searchParams, body: call.body }
  const fault = cloud.faults.take(call.method, url.pathname)
  if (fault?.kind === 'hang') return 'hang'
  if (fault?.kind === 'reset') return 'reset'
  const answer = fault?.kind === 'answer' ? faultAnswer(fault) : answerTo(cloud, call, request)
  const answerMs = settings.answerMs + (fault?.kind === 'slow' ? fault.delayMs : 0)
  if (answerMs > 0) await sleep(clock, answerMs)
  if (fault?.kind === 'lose-answer') return 'reset'
  const body = fault?.kind === 'cut-off' ? answer.body.slice(0, answer.body.length / 2) : answer.body
  cloud.onExchange?.({
    ...request,
    at,
    status: answer.status,
    answer: body,
    contentType: answer.headers['Content-Type'] ?? '',
  })
  return { ...answer, body }
}

function answerTo(cloud: EmulatedTimeweb, call: HttpCall, request: TimewebRequest): HttpAnswer {
  if (cloud.isThrottled)
    return refusalAnswer(new TimewebRefusal(429, 'too_many_requests', 'Too many requests'))
  const token = tokenOf(cloud, call)
  if (!token) return { status: 401, headers: {}, body: '' }
  try {
    if (token.rights === 'read' && request.method !== 'GET') {
      throw new TimewebRefusal(403, 'forbidden', 'Insufficient rights')
    }
    const { status, body } = answerApi(cloud, request, token)
    return body
      ? { status, headers: JSON_TYPE, body: JSON.stringify(body) }
      : { status, headers: {}, body: '' }
  } catch (error) {
    if (!(error instanceof TimewebRefusal)) throw error
    return refusalAnswer(error)
  }
}

function tokenOf(cloud: EmulatedTimeweb, { authorization }: HttpCall): TimewebToken | undefined {
  const known = cloud.settings.tokens.find(({ token }) => authorization === `Bearer ${token}`)
  return known?.rights === 'expired' ? undefined : known
}

function refusalAnswer({ status, code, says }: TimewebRefusal): HttpAnswer {
  const body = {
    status_code: status,
    error_code: code,
    message: says,
    response_id: '15095f25-aac3-4d60-a788-96cb5136f186',
  }
  return { status, headers: JSON_TYPE, body: JSON.stringify(body) }
}

function faultAnswer({ status, body = '', type }: Extract<Fault, { readonly kind: 'answer' }>): HttpAnswer {
  if (typeof body !== 'string') return { status, headers: JSON_TYPE, body: JSON.stringify(body) }
  return { status, headers: { 'Content-Type': type ?? 'text/plain' }, body }
}
