import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { expect, test } from 'vitest'
import { NoAnswer } from './client.ts'
import { follow } from './follow.ts'

type Reply = string | Error

function status(startedAt: number): string {
  return `event: status\ndata: {"startedAt":${startedAt}}\n\n`
}

function events(...seqs: readonly number[]): string {
  return `id: ${seqs.at(-1)}\nevent: events\ndata: ${JSON.stringify({ events: seqs.map((seq) => ({ seq })) })}\n\n`
}

/** Follows through these replies, one a connection, until the last; answers what was asked for and heard. */
async function followed(replies: readonly Reply[], after?: number) {
  const clock = new ManualClock()
  const stop = new AbortController()
  const asked: (number | undefined)[] = []
  const client = {
    stream: async (_: AbortSignal, from?: number) => {
      asked.push(from)
      const reply = replies[asked.length - 1] ?? ''
      if (asked.length === replies.length + 1) stop.abort(new Error('enough'))
      if (reply instanceof Error) throw reply
      return new Response(reply).body as ReadableStream<Uint8Array>
    },
  }
  const heard: string[] = []
  const all = (async () => {
    for await (const message of follow(client, clock, stop.signal, after)) {
      if (message.kind === 'events') heard.push(message.events.map(({ seq }) => seq).join())
      else heard.push(message.kind === 'lost' ? `lost: ${message.why}` : 'status')
    }
  })()
  let isOver = false
  const over = all.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver) {
    await clock.advance(2_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await over
  return { asked, heard }
}

test('it goes on behind the last event that came', async () => {
  const { asked, heard } = await followed([status(1) + events(5, 6), status(1) + events(7)], 4)
  expect(asked).toEqual([4, 6, 7])
  expect(heard.slice(0, 6)).toEqual([
    'status',
    '5,6',
    'lost: the connection was closed',
    'status',
    '7',
    'lost: the connection was closed',
  ])
})

test('of another process it takes all events: they are counted anew', async () => {
  const { asked } = await followed([status(1) + events(500), status(2), status(2) + events(1, 2)], 499)
  expect(asked).toEqual([499, 500, 0, 2])
})

test('it comes back where nobody answers for a while', async () => {
  const away = new NoAnswer('no autoscaler answers', true)
  const { asked, heard } = await followed([status(1), away, away, status(1)])
  expect(asked).toHaveLength(5)
  expect(heard.filter((line) => line === 'lost: no autoscaler answers')).toHaveLength(2)
})

test.each([
  ['was never there', [new NoAnswer('no autoscaler answers', true)], 'no autoscaler answers'],
  ['says no', [status(1), new NoAnswer('needs the token', false)], 'needs the token'],
])('it ends where the autoscaler %s', async (_, replies, why) => {
  await expect(followed(replies)).rejects.toThrow(why)
})
