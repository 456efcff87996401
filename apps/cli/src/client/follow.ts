import { type Clock, sleep } from '@woodpeckers/autoscaler-core'
import type { EventView, StatusView } from '@woodpeckers/autoscaler-observer'
import { type Client, NoAnswer } from './client.ts'
import { readEvents } from './read-events.ts'

/** What is new at the autoscaler, or that it is not heard any more. */
export type Message =
  | { readonly kind: 'status'; readonly status: StatusView }
  | { readonly kind: 'events'; readonly events: readonly EventView[] }
  | { readonly kind: 'lost'; readonly why: string }

const TRY_AGAIN_MS = 2_000

/**
 * Follows through breaks, until the signal comes. `after`: events behind this number are told first.
 *
 * @throws NoAnswer where the autoscaler says no, or was never there
 */
export async function* follow(
  client: Pick<Client, 'stream'>,
  clock: Clock,
  signal: AbortSignal,
  after?: number,
): AsyncGenerator<Message> {
  let last = after
  let wasThere = false
  let startedAt: number | undefined
  while (!signal.aborted) {
    try {
      for await (const message of connected(client, signal, last)) {
        wasThere = true
        if (message.kind === 'events') last = message.events.at(-1)?.seq ?? last
        if (message.kind === 'status') {
          // Another process counts from 1 again, and tells all that it has.
          if (startedAt !== undefined && startedAt !== message.status.startedAt && last !== undefined)
            last = 0
          startedAt = message.status.startedAt
        }
        yield message
      }
      yield { kind: 'lost', why: 'the connection was closed' }
    } catch (error) {
      if (signal.aborted) return
      if (!wasThere || (error instanceof NoAnswer && !error.mayPass)) throw error
      yield { kind: 'lost', why: (error as Error).message }
    }
    await sleep(clock, TRY_AGAIN_MS, signal).catch(() => {})
  }
}

async function* connected(
  client: Pick<Client, 'stream'>,
  signal: AbortSignal,
  after: number | undefined,
): AsyncGenerator<Message> {
  for await (const { event, data } of readEvents(await client.stream(signal, after))) {
    if (event === 'status') yield { kind: 'status', status: JSON.parse(data) as StatusView }
    else if (event === 'events')
      yield { kind: 'events', events: (JSON.parse(data) as { readonly events: readonly EventView[] }).events }
  }
}
