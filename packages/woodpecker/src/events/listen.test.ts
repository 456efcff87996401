import { readFileSync } from 'node:fs'
import { type Log, type ServerSignal, silentLog } from '@woodpeckers/autoscaler-core'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newServer } from '../testing/new-server.ts'
import { plain } from '../testing/scripted-fetch.ts'

const MINUTE_MS = 60_000

/** One connection as the server sees it. */
interface Connection {
  send(text: string): void
  /** Ends it: with an error, or as a server that shuts down. */
  end(error?: Error): void
  readonly isOpen: () => boolean
}

let clock: ManualClock
let signals: ServerSignal[]
let connections: Connection[]
let answers: ((() => Response) | 'stream' | 'hang')[]
let listening: AbortController
let logged: string[]

/** Listens to a server that answers as `answers` says, and then with streams. */
async function listen(): Promise<void> {
  const write = (_: object, message: string) => void logged.push(message)
  const log: Log = { ...silentLog, info: write }
  const server = newServer({
    clock,
    log,
    fetch: async (_, { signal }) => {
      const answer = answers.shift() ?? 'stream'
      if (answer === 'hang') {
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      }
      if (answer !== 'stream') return answer()
      return streamUntil(signal)
    },
  })
  server.listen((what) => signals.push(what), listening.signal)
  await clock.advance(0)
}

function streamUntil(signal: AbortSignal): Response {
  let isOpen = true
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const end = (error?: Error) => {
        if (!isOpen) return
        isOpen = false
        error ? controller.error(error) : controller.close()
      }
      signal.addEventListener('abort', () => end(signal.reason))
      const send = (text: string) => controller.enqueue(new TextEncoder().encode(text))
      connections.push({ send, end, isOpen: () => isOpen })
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const latest = () => connections.at(-1) as Connection
const EVENT = 'data: {"repo":{},"pipeline":{}}\n\n'

beforeEach(() => {
  clock = new ManualClock()
  signals = []
  connections = []
  answers = []
  logged = []
  listening = new AbortController()
})
afterEach(() => listening.abort())

describe('listening', () => {
  it('tells of an event 300 ms after it, once for a burst', async () => {
    await listen()
    expect(signals).toEqual(['connected'])
    latest().send(': ping\n\n')
    for (let i = 0; i < 5; i++) latest().send(EVENT)
    await clock.advance(299)
    expect(signals).toEqual(['connected'])
    await clock.advance(1)
    expect(signals).toEqual(['connected', 'changed'])
    await clock.advance(MINUTE_MS)
    expect(signals).toEqual(['connected', 'changed'])
  })

  it('tells of each event 200 to 300 ms after it, whatever came before', async () => {
    await listen()
    const startedAt = clock.monotonic()
    const sentAt: number[] = []
    const toldAt: number[] = []
    for (const afterMs of [0, 50, 60, 100, 5, 250, 40, 40, 40, 40, 40, 40, 40, 500]) {
      for (let ms = 0; ms < afterMs; ms++) {
        await clock.advance(1)
        while (signals.filter((what) => what === 'changed').length > toldAt.length)
          toldAt.push(clock.monotonic() - startedAt)
      }
      latest().send(EVENT)
      sentAt.push(clock.monotonic() - startedAt)
    }
    for (let ms = 0; ms < 400; ms++) {
      await clock.advance(1)
      while (signals.filter((what) => what === 'changed').length > toldAt.length)
        toldAt.push(clock.monotonic() - startedAt)
    }
    for (const at of sentAt) expect(toldAt.some((told) => told >= at + 200 && told <= at + 301)).toBe(true)
    expect(toldAt.length).toBeLessThan(sentAt.length)
  })

  it('tells again and again of events that never rest', async () => {
    await listen()
    for (let i = 0; i < 20; i++) {
      latest().send(EVENT)
      await clock.advance(100)
    }
    expect(signals.filter((what) => what === 'changed').length).toBeGreaterThanOrEqual(5)
  })

  it('understands what a real server sent, in pieces of any size', async () => {
    const recorded = readFileSync(
      new URL('../../../../fixtures/woodpecker/sse_public_pipeline_admin.txt', import.meta.url),
      'utf8',
    )
    await listen()
    for (let at = 0; at < recorded.length; at += 700) latest().send(recorded.slice(at, at + 700))
    await clock.advance(300)
    expect(signals).toEqual(['connected', 'changed'])
  })

  it('tells of a stream that broke, once, and comes again', async () => {
    await listen()
    answers = [() => plain(502, 'bad gateway'), 'stream']
    latest().end(new Error('reset'))
    await clock.advance(10)
    expect(signals).toEqual(['connected', 'broken'])
    await clock.advance(5_000)
    expect(signals).toEqual(['connected', 'broken', 'connected'])
  })

  it('waits longer after each failure, but no more than 30 s', async () => {
    answers = Array.from({ length: 50 }, () => () => plain(502, ''))
    await listen()
    await clock.advance(10_000)
    expect(50 - answers.length).toBeLessThanOrEqual(6)
    await clock.advance(10 * MINUTE_MS)
    expect(50 - answers.length).toBeGreaterThan(20)
    expect(signals).toEqual([])
  })

  it('takes a stream that ends for broken: the server may have restarted', async () => {
    await listen()
    latest().end()
    await clock.advance(10)
    expect(signals).toEqual(['connected', 'broken'])
  })

  it('takes 75 s without a byte for broken, and a comment for a sign of life', async () => {
    await listen()
    for (let i = 0; i < 4; i++) {
      await clock.advance(70_000)
      latest().send(': ping\n\n')
    }
    expect(signals).toEqual(['connected'])
    await clock.advance(75_000)
    expect(connections[0]?.isOpen()).toBe(false)
    expect(signals.slice(0, 2)).toEqual(['connected', 'broken'])
  })

  it('begins another stream each 30 min, which is nothing broken', async () => {
    await listen()
    for (let i = 0; i < 31; i++) {
      latest().send(': ping\n\n')
      await clock.advance(MINUTE_MS)
    }
    expect(connections).toHaveLength(2)
    expect(connections[0]?.isOpen()).toBe(false)
    expect(signals).toEqual(['connected', 'connected'])
  })

  it('tells of a break when the planned other stream does not come', async () => {
    await listen()
    answers = ['hang']
    for (let i = 0; i < 31; i++) {
      if (latest().isOpen()) latest().send(': ping\n\n')
      await clock.advance(MINUTE_MS)
    }
    expect(signals).toEqual(['connected', 'broken', 'connected'])
  })

  it('gives up a head that does not come within the deadline', async () => {
    answers = ['hang', 'stream']
    await listen()
    await clock.advance(9_000)
    expect(connections).toHaveLength(0)
    await clock.advance(5_000)
    expect(signals).toEqual(['connected'])
  })

  it('goes without a stream that the server does not have, saying so once, and asks again ever later', async () => {
    const page = () => new Response('<html>', { headers: { 'content-type': 'text/html' } })
    answers = [page, page]
    await listen()
    expect(logged).toEqual(['the server has no stream of events: polling alone'])
    await clock.advance(2.5 * MINUTE_MS)
    expect(connections).toHaveLength(0)
    expect(logged.filter((line) => line.includes('polling alone'))).toHaveLength(1)
    await clock.advance(MINUTE_MS)
    expect(signals).toEqual(['connected'])
  })

  it('ends with its signal, and tells nothing more', async () => {
    await listen()
    latest().send(EVENT)
    await clock.advance(100)
    listening.abort()
    await clock.advance(MINUTE_MS)
    expect(latest().isOpen()).toBe(false)
    expect(connections).toHaveLength(1)
    expect(signals).toEqual(['connected'])
  })
})
