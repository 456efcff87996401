import { sleep } from '@woodpeckers/autoscaler-core'
import type { HttpAnswer, HttpCall, Reaction } from '../http/reaction.ts'
import type { Fault } from '../woodpecker/http/faults.ts'
import { answerApi } from './api.ts'
import type { EmulatedHetzner } from './emulated-hetzner.ts'
import { HetznerRefusal } from './hetzner-refusal.ts'

const JSON_TYPE = { 'Content-Type': 'application/json' }
const PREFIX = '/v1'

/** What happens to a request: the limit, mishaps, the token's rights, then the API itself. */
export async function react(cloud: EmulatedHetzner, call: HttpCall): Promise<Reaction> {
  const url = new URL(call.target, 'http://emulator.invalid')
  const path = url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : '/outside'
  const mayGo = cloud.rateLimit.take()
  const fault = mayGo ? cloud.faults.take(call.method, path) : undefined
  if (fault?.kind === 'hang') return 'hang'
  if (fault?.kind === 'reset') return 'reset'
  if (fault?.kind === 'same-page') url.searchParams.delete('page')
  const request = { method: call.method, path, query: url.searchParams, body: call.body }
  const answer =
    fault?.kind === 'answer'
      ? faultAnswer(fault)
      : answerOf(() => {
          if (!mayGo)
            throw new HetznerRefusal(429, 'rate_limit_exceeded', 'limit of requests per hour reached')
          checkRights(cloud, call)
          return answerApi(cloud, request)
        })
  const answerMs = cloud.settings.answerMs + (fault?.kind === 'slow' ? fault.delayMs : 0)
  if (answerMs > 0) await sleep(cloud.clock, answerMs)
  if (fault?.kind === 'lose-answer') return 'reset'
  const body = fault?.kind === 'cut-off' ? answer.body.slice(0, answer.body.length / 2) : answer.body
  cloud.onExchange?.({ ...request, status: answer.status, answer: body })
  return { ...answer, body, headers: { ...cloud.rateLimit.headers(), ...answer.headers } }
}

function answerOf(act: () => { readonly status: number; readonly body: object }): HttpAnswer {
  try {
    const { status, body } = act()
    return { status, headers: JSON_TYPE, body: JSON.stringify(body) }
  } catch (error) {
    if (!(error instanceof HetznerRefusal)) throw error
    const { status, code, message, details } = error
    return { status, headers: JSON_TYPE, body: JSON.stringify({ error: { code, message, details } }) }
  }
}

function checkRights(cloud: EmulatedHetzner, { method, authorization }: HttpCall): void {
  const known = cloud.settings.tokens.find(({ token }) => authorization === `Bearer ${token}`)
  if (!known || known.rights === 'expired') {
    throw new HetznerRefusal(401, 'unauthorized', 'unable to authenticate')
  }
  if (known.rights === 'read' && method !== 'GET') {
    throw new HetznerRefusal(403, 'token_readonly', 'only GET requests are allowed with this token')
  }
}

function faultAnswer({ status, body = '', type }: Extract<Fault, { readonly kind: 'answer' }>): HttpAnswer {
  if (typeof body !== 'string') return { status, headers: JSON_TYPE, body: JSON.stringify(body) }
  return { status, headers: { 'Content-Type': type ?? 'text/plain' }, body }
}
