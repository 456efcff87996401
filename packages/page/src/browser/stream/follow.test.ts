import { expect, test } from 'vitest'
import { shortFleet } from '../../testing/fleets.ts'
import { type LiveData, noData } from '../state/live-data.ts'
import { type Api, Refused } from './api.ts'
import { type Connection, follow } from './follow.ts'

const { status, history, events } = await shortFleet(1_000_000_000)

/** One connection: what the stream says, piece by piece, before it ends; an error ends it before it began. */
type Try = readonly string[] | Error

/** Follows through the given tries, and answers what was shown when the last has ended. */
async function followThrough(tries: readonly Try[]) {
  const ended = new AbortController()
  let now = 0
  let data: LiveData = noData
  const connections: Connection[] = []
  const waits: number[] = []
  const asked: string[] = []
  const rest = [...tries]
  const answer =
    <T>(what: string, value: T) =>
    async (): Promise<T> => {
      asked.push(what)
      return value
    }
  const api: Api = {
    status: answer('status', status),
    history: answer('history', history),
    events: answer('events', { events }),
    explain: answer('explain', { explanations: [] }),
    machine: answer('machine', { events: [] }),
    stream: async () => {
      const next = rest.shift()
      if (next === undefined) {
        ended.abort()
        throw new Error('over')
      }
      if (next instanceof Error) throw next
      return new Blob([...next]).stream()
    },
  }
  await follow({
    api,
    signal: ended.signal,
    system: {
      now: () => now,
      every: () => () => {},
      limit: () => new AbortController().signal,
      chance: () => 1,
      sleep: async (ms) => {
        waits.push(ms)
        now += ms
      },
    },
    onData: (change) => {
      data = change(data)
    },
    onConnection: (connection) => connections.push(connection),
    hurry: () => ended.signal,
  })
  return { data, kinds: connections.map(({ kind }) => kind), connections, waits, asked }
}

const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

test('what is sent is merged into what was read at the beginning', async () => {
  const verdict = { level: 'trouble', sentence: 'Bad.' } as const
  const { data, kinds } = await followThrough([
    [frame('status', { ...status, verdict }), frame('unheard', {})],
  ])
  expect(data.status?.verdict).toEqual(verdict)
  expect(data.history).toEqual(history)
  expect(kinds).toEqual(['live', 'lost'])
})

test('after each failure it waits longer, up to half a minute, and after a success shortly again', async () => {
  const away = new TypeError('Failed to fetch')
  const { waits, connections } = await followThrough([away, away, away, away, away, away, away, [], away])
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000, 2000])
  expect(connections[0]).toEqual({ kind: 'lost', why: 'the autoscaler cannot be reached', retryAt: 1000 })
})

test('who is refused for want of a token does not ask again', async () => {
  const { kinds, waits } = await followThrough([new Refused(401, 'the token is missing or wrong'), []])
  expect(kinds).toEqual(['locked'])
  expect(waits).toEqual([])
})

test('where as many follow as may, what is so now is shown all the same', async () => {
  const { data, kinds, connections } = await followThrough([
    new Refused(503, 'as many follow already as may'),
  ])
  expect(data.status).toEqual(status)
  expect(kinds).toEqual(['lost'])
  expect(connections[0]).toMatchObject({ why: 'as many follow already as may' })
})

test('a sample of a pool that was not there before has the history read anew', async () => {
  const last = history.samples.at(-1)!
  const sample = { ...last, at: last.at + 30_000, demand: [...last.demand, 1] }
  const { asked } = await followThrough([[frame('sample', { sample, machines: [] })]])
  expect(asked.filter((what) => what === 'history')).toHaveLength(2)
})

test('an answer that is no JSON is a break, and no end', async () => {
  const { kinds, connections } = await followThrough([['event: status\ndata: <html>\n\n'], []])
  expect(kinds).toEqual(['live', 'lost', 'live', 'lost'])
  expect(connections[1]).toMatchObject({ kind: 'lost' })
})
