import { type Clock, withDeadline } from '@woodpeckers/autoscaler-core'
import { ASKED_BY } from '../http/admission.ts'
import type { ClientSettings } from './client-settings.ts'

/** It did not answer what was asked for: one line for people. */
export class NoAnswer extends Error {
  /** Whether asking again may help: nobody was there, or it was too busy. */
  readonly mayPass: boolean

  constructor(message: string, mayPass: boolean) {
    super(message)
    this.mayPass = mayPass
  }
}

const DEADLINE_MS = 20_000

/** Asks a running autoscaler over HTTP. */
export class Client {
  readonly #settings: ClientSettings
  readonly #clock: Clock
  readonly #by: string

  /** `by`: who asks, for the events. */
  constructor(settings: ClientSettings, clock: Clock, by: string) {
    this.#settings = settings
    this.#clock = clock
    this.#by = by
  }

  /**
   * The answer's JSON; `path` begins behind `/api/v1/`.
   *
   * @throws NoAnswer where there is none, or it says no
   */
  async ask<Answer>(
    path: string,
    method: 'GET' | 'PUT' | 'DELETE' = 'GET',
    signal?: AbortSignal,
  ): Promise<Answer> {
    const late = () =>
      new NoAnswer(`${this.#settings.url} did not answer within ${DEADLINE_MS / 1_000}s`, true)
    return withDeadline(this.#clock, DEADLINE_MS, signal, late, async (inTime) => {
      const response = await this.#request(path, method, inTime)
      const answer = await response.json().catch(() => undefined)
      if (answer === undefined) throw this.#isNoAutoscaler()
      return answer as Answer
    })
  }

  /** The body of the stream of server-sent events, once it has begun; `after`: with events behind this number first. */
  async stream(signal: AbortSignal, after?: number): Promise<ReadableStream<Uint8Array>> {
    const resumed = after === undefined ? {} : { 'last-event-id': String(after) }
    const { body } = await this.#request('stream', 'GET', signal, resumed)
    if (!body) throw this.#isNoAutoscaler()
    return body
  }

  async #request(
    path: string,
    method: string,
    signal: AbortSignal,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const { url, token } = this.#settings
    let response: Response
    try {
      response = await fetch(`${url}/api/v1/${path}`, {
        method,
        signal,
        headers: {
          ...more,
          [ASKED_BY]: this.#by,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw new NoAnswer(`no autoscaler answers at ${url} (${causeOf(error)}); ${HOW_TO}`, true)
    }
    if (response.ok) return response
    const answer = (await response.json().catch(() => undefined)) as { readonly error?: unknown } | undefined
    if (typeof answer?.error !== 'string') throw this.#isNoAutoscaler()
    throw new NoAnswer(answer.error, response.status >= 500)
  }

  #isNoAutoscaler(): NoAnswer {
    return new NoAnswer(
      `what answers at ${this.#settings.url} is no autoscaler of this kind; name it with --url`,
      false,
    )
  }
}

const HOW_TO =
  'start it with --listen=127.0.0.1:9090, or say where it is with --url (WOODPECKER_AUTOSCALER_URL)'

/** `fetch` says only that it failed. */
function causeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: string; readonly message?: string } }
  return cause?.code ?? cause?.message ?? (error as Error).message
}
