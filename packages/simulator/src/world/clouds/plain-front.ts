import { OfferingUnavailable, QuotaExceeded, Rejected, sleep } from '@woodpeckers/autoscaler-core'
import type { EmulatedCloud, HttpAnswer, HttpCall } from '@woodpeckers/autoscaler-emulators'

export const PLAIN_TOKEN = 'plain-cloud-token'

/** What is asked for by `POST /machines`. */
export interface PlainOrder {
  readonly name: string
  readonly environment: Readonly<Record<string, string>>
  readonly offering: string | undefined
}

/** A small cloud's API: machines may be made, ended, stopped, started and listed; names are unique. */
export async function react(
  cloud: EmulatedCloud,
  clock: Parameters<typeof sleep>[0],
  answerMs: number,
  { method, target, authorization, body }: HttpCall,
): Promise<HttpAnswer> {
  if (authorization !== `Bearer ${PLAIN_TOKEN}`) return answer(401)
  const acted = await act(cloud, method, target, body)
  if (answerMs > 0) await sleep(clock, answerMs)
  return acted
}

async function act(cloud: EmulatedCloud, method: string, target: string, body: string): Promise<HttpAnswer> {
  const signal = new AbortController().signal
  const [, , name = '', verb] = target.split('/')
  try {
    switch (`${method} ${verb ?? ''}`.trim()) {
      case 'GET':
        return answer(
          200,
          (await cloud.list(signal)).map(({ name, createdAt, state, offering }) => ({
            name,
            createdAt,
            state,
            offering: offering.id,
          })),
        )
      case 'POST': {
        const order = JSON.parse(body) as PlainOrder
        await cloud.create(order.name, order.environment, order.offering, signal)
        return answer(201, {})
      }
      case 'DELETE':
        await cloud.remove(name, signal)
        return answer(204)
      case 'POST start':
        cloud.powerOn(name)
        return answer(200, {})
      case 'POST stop':
        cloud.powerOff(name)
        return answer(200, {})
      default:
        return answer(404)
    }
  } catch (error) {
    if (error instanceof Rejected) return answer(422)
    if (error instanceof OfferingUnavailable) return answer(409)
    if (error instanceof QuotaExceeded) return answer(403)
    throw error
  }
}

function answer(status: number, body?: unknown): HttpAnswer {
  return {
    status,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? '' : JSON.stringify(body),
  }
}
