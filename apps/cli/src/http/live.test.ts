import type { Socket } from 'node:net'
import { type Clock, systemClock } from '@woodpeckers/autoscaler-core'
import { expect, test, vi } from 'vitest'
import { ServedSite } from './a-site.test-setup.ts'

/** Follows, and keeps what comes. */
class Follower {
  text = ''
  isOpen = true
  readonly socket: Socket

  constructor(site: ServedSite, headers = '') {
    this.socket = site.connect()
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isOpen = false
    })
    this.socket.write(`GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`)
  }

  /** The data of each event of this kind, so far. */
  // biome-ignore lint/suspicious/noExplicitAny: as JSON is
  heard(event: string): readonly any[] {
    const found = this.text.matchAll(new RegExp(`event: ${event}\\ndata: (.*)\\n`, 'g'))
    return [...found].map(([, data]) => JSON.parse(data ?? ''))
  }

  until(check: () => void): Promise<void> {
    return vi.waitFor(check, { timeout: 5_000, interval: 5 })
  }
}

test('who comes gets the newest status at once', async () => {
  await using site = await ServedSite.open()
  const follower = new Follower(site)
  await follower.until(() => expect(follower.heard('status')).toEqual([site.observer.status()]))
  expect(follower.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*content-type: text\/event-stream\r\n/)
  expect(follower.text).toMatch(/content-security-policy: default-src 'none'/)
})

test('then each tick, what is decided, and what machines do', async () => {
  await using site = await ServedSite.open()
  const follower = new Follower(site)
  await follower.until(() => expect(follower.heard('status')).toHaveLength(1))
  site.world.server.addTask()
  await site.world.seconds(60)
  await follower.until(() => expect(follower.heard('status').at(-1)).toEqual(site.observer.status()))
  const events = follower.heard('events').flatMap((said) => said.events)
  expect(events).toEqual(site.observer.events().filter(({ seq }) => seq >= events[0].seq))
  expect(events.map(({ kind }) => kind)).toContain('decision')
  const machines = follower.heard('sample').flatMap((said) => said.machines)
  expect(machines.at(-1)).toEqual(site.observer.history().machines[0])
  for (const said of follower.heard('sample')) expect(said.sample).toMatchObject({ at: expect.any(Number) })
})

test('who was cut off goes on behind the last event that came', async () => {
  await using site = await ServedSite.open()
  site.world.server.addTask()
  await site.world.seconds(60)
  const all = site.observer.events()
  const follower = new Follower(site, `Last-Event-ID: ${all[0]?.seq}\r\n`)
  await follower.until(() => expect(follower.heard('events')).toEqual([{ events: all.slice(1) }]))
  expect(follower.text).toContain(`id: ${all.at(-1)?.seq}\nevent: events\n`)
})

test('a comment now and then keeps proxies from closing it', async () => {
  const hasty: Clock = {
    ...systemClock,
    startTimer: (ms, ring) => systemClock.startTimer(ms / 300, ring),
  }
  await using site = await ServedSite.open({ clock: hasty })
  const follower = new Follower(site)
  await follower.until(() => expect(follower.text.match(/: here\n\n/g)?.length).toBeGreaterThan(1))
})

test('more than may follow are told to ask instead, until one leaves', async () => {
  await using site = await ServedSite.open({ liveLimits: { clients: 2, unreadBytes: 1_000_000 } })
  const followers = [new Follower(site), new Follower(site)]
  for (const each of followers) await each.until(() => expect(each.heard('status')).toHaveLength(1))
  const refused = await site.ask('api/v1/stream')
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { error: expect.stringContaining('/api/v1/status') },
  ])
  followers[0]?.socket.destroy()
  await vi.waitFor(async () => {
    const taken = await site.ask('api/v1/stream')
    await taken.body?.cancel()
    expect(taken.status).toBe(200)
  }, 5_000)
})

test('it is compressed where that is asked for, and read as it comes all the same', async () => {
  await using site = await ServedSite.open()
  site.world.server.addTasks(50, { labels: { long: 'x'.repeat(200) } })
  await site.world.seconds(20)
  const end = new AbortController()
  const response = await site.ask('api/v1/stream', {
    signal: end.signal,
    headers: { 'accept-encoding': 'gzip' },
  })
  expect(response.headers.get('content-encoding')).toBe('gzip')
  const raw = new Follower(site, 'Accept-Encoding: gzip\r\n')
  let text = ''
  const reading = (async () => {
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream() as TransformStream))
      text += piece
  })().catch(() => {})
  for (let round = 0; round < 3; round++) {
    await vi.waitFor(() => expect(text).toContain(`"tick":${site.observer.status().tick},`), 5_000)
    await site.world.seconds(10)
  }
  expect(text.match(/^event: status$/gm)?.length).toBeGreaterThanOrEqual(3)
  expect(raw.text.length).toBeLessThan(text.length / 3)
  end.abort()
  await reading
})

test('HEAD follows nobody', async () => {
  await using site = await ServedSite.open()
  const response = await site.ask('api/v1/stream', { method: 'HEAD' })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(site.http.followers).toBe(0)
})

test('who does not read is dropped; the others hear all', async () => {
  await using site = await ServedSite.open({ liveLimits: { clients: 10, unreadBytes: 256 * 1_024 } })
  const slow = new Follower(site)
  const quick = new Follower(site)
  for (const each of [slow, quick]) await each.until(() => expect(each.heard('status')).toHaveLength(1))
  slow.socket.pause()
  // What is not read fills the kernel's buffers first, which are of several megabytes.
  const labels = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`label-${at}`, 'x'.repeat(900)]))
  site.world.server.addTasks(200, { labels })
  for (let ticks = 0; ticks < 200 && site.http.followers > 1; ticks++) {
    quick.text = ''
    await site.world.seconds(10)
    const { tick } = site.observer.status()
    await quick.until(() => expect(quick.text).toContain(`"tick":${tick},`))
  }
  expect(site.http.followers).toBe(1)
  expect(quick.isOpen).toBe(true)
  slow.socket.resume()
  await slow.until(() => expect(slow.isOpen).toBe(false))
}, 60_000)

test('its end ends them all, and waits for no request that is not over', async () => {
  const site = await ServedSite.open()
  const follower = new Follower(site)
  await follower.until(() => expect(follower.heard('status')).toHaveLength(1))
  const half = site.connect().on('error', () => {})
  half.write('POST /wake HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const startedAt = performance.now()
  await site[Symbol.asyncDispose]()
  expect(performance.now() - startedAt).toBeLessThan(3_000)
  await follower.until(() => expect(follower.isOpen).toBe(false))
})
