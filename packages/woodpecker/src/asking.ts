import { type Clock, Rejected } from '@woodpeckers/autoscaler-core'
import { parseAnswer, type RawAnswer } from '@woodpeckers/autoscaler-http'
import type { z } from 'zod'
import { oldAnswer } from './supported-version.ts'

/** An answer that has been checked. */
export interface Answered<T> {
  readonly value: T
  /** The server's clock when it answered, to the second; ours where the answer does not say. */
  readonly serverNowAt: number
}

/** What openapi-fetch resolves to when it is asked for plain text. */
export type Sent = Promise<{ response: Response; data?: string | undefined; error?: unknown }>

/**
 * Makes of what was sent an answer. `pageHint`: what it may mean when a page of the web UI came, which is what the
 * server answers to a path that it does not have.
 */
export interface Asking {
  /** `undefined`: 404. */
  ask<T>(where: string, schema: z.ZodType<T>, sent: Sent, pageHint?: string): Promise<Answered<T> | undefined>
  must<T>(where: string, schema: z.ZodType<T>, sent: Sent, pageHint?: string): Promise<Answered<T>>
  /** The version in the head of the latest answer. */
  versionSeen(): string | undefined
}

const PAGE_HINT = 'is the URL, with its path, that of a Woodpecker 3 server?'

export function createAsking(clock: Clock): Asking {
  let versionSeen: string | undefined

  const ask: Asking['ask'] = async (where, schema, sent, pageHint = PAGE_HINT) => {
    const { response, data } = await sent
    versionSeen = response.headers.get('x-woodpecker-version') ?? versionSeen
    if (response.status === 404) return undefined
    const value = parsed(schema, { where, response, text: data ?? '' }, pageHint)
    const date = Date.parse(response.headers.get('date') ?? '')
    return { value, serverNowAt: Number.isNaN(date) ? clock.now() : date }
  }

  const parsed = <T>(schema: z.ZodType<T>, answer: RawAnswer, pageHint: string): T => {
    try {
      return parseAnswer(schema, answer, pageHint)
    } catch (thrown) {
      const isRead = answer.where.startsWith('GET ')
      throw oldAnswer(answer.text, versionSeen, !isRead) ?? thrown
    }
  }

  return {
    ask,
    async must(where, schema, sent, pageHint = PAGE_HINT) {
      const answered = await ask(where, schema, sent, pageHint)
      if (answered) return answered
      throw new Rejected(`${where}: 404: ${pageHint}`)
    },
    versionSeen: () => versionSeen,
  }
}
