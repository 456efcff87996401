import { afterEach, expect, test } from 'vitest'
import { type ServedWoodpecker, serveWoodpecker } from '../woodpecker/http/serve-woodpecker.ts'
import { adminToken } from '../woodpecker/settings.ts'
import { readRecording } from './recording.ts'
import { Stage } from './stage.ts'

let served: ServedWoodpecker | undefined
afterEach(() => served?.close())

interface Heard {
  text: string
  ended: Promise<'ended' | 'broken'>
  readonly headers: Headers
}

/** Listens; `text` is what has come so far. */
async function listen(token?: string): Promise<Heard> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const response = await fetch(`${served!.url}/api/stream/events`, { headers })
  const hear = async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) heard.text += chunk
  }
  const heard: Heard = { text: '', ended: Promise.resolve('ended'), headers: response.headers }
  heard.ended = hear().then(
    () => 'ended',
    () => 'broken',
  )
  return heard
}

async function heardSoon(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { interval: 5 }).toBe(true)
}

test('the stream of events pings at the start and after each half minute, and ends with the server', async () => {
  const { ping_seconds, server_stop_with_a_listener_seconds } = readRecording('behaviour.json').sse_idle
  const stage = new Stage()
  served = await serveWoodpecker(stage.server)
  const heard = await listen()
  const pings = () => heard.text.split(': ping\n\n').length - 1
  const seen: number[] = []
  for (let second = 0; second <= 95; second++) {
    if (second % 30 === 0) await heardSoon(() => pings() === second / 30 + 1)
    while (seen.length < pings()) seen.push(second)
    await stage.wait(1)
  }
  expect(seen).toEqual(ping_seconds.map(Math.abs))
  const stopped = stage.server.stopGracefully()
  await stage.wait(server_stop_with_a_listener_seconds)
  await stopped
  expect(await heard.ended).toBe('ended')
})

test('a frame puts the next ping off', async () => {
  const stage = new Stage()
  served = await serveWoodpecker(stage.server)
  const heard = await listen()
  const pings = () => heard.text.split(': ping\n\n').length - 1
  await heardSoon(() => pings() === 1)
  await stage.wait(20)
  stage.pipeline()
  await stage.wait(29)
  expect(framesOf(heard.text)).not.toHaveLength(0)
  expect(pings()).toBe(1)
  await stage.wait(2)
  await heardSoon(() => pings() === 2)
})

test('the frames of a pipeline come as recorded, to those who may see it', async () => {
  const recording = readRecording('sse_public_pipeline_admin.json')
  const { frames: perListener, headers } = readRecording('sse_frames_per_listener.json')
  const stage = new Stage({ version: 'dev' })
  const { server } = stage
  server.createRepo({ name: 'acme/app1' })
  server.createRepo({ name: 'acme/private1', visibility: 'private' })
  server.createRepo({ name: 'dev/private1', visibility: 'private', members: ['dev'] })
  served = await serveWoodpecker(server)
  const listeners = { admin: await listen(adminToken), dev: await listen('dev-token'), anon: await listen() }
  server.createRepo({ name: 'acme/private2', visibility: 'private' })
  stage.agent()
  for (const repo of ['acme/app1', 'acme/private1', 'dev/private1', 'acme/private2']) {
    stage.pipeline({ repo })
    await stage.wait(3)
  }
  for (const [name, heard] of Object.entries(listeners)) {
    const wanted: Record<string, number> = perListener[name]
    const total = Object.values(wanted).reduce((sum, count) => sum + count, 0)
    await heardSoon(() => framesOf(heard.text).length >= total)
    const counts = Object.fromEntries(Object.keys(wanted).map((repo) => [repo, countOf(heard.text, repo)]))
    expect([name, counts]).toEqual([name, wanted])
  }
  const { headers: shown } = listeners.admin
  for (const name of ['Content-Type', 'Cache-Control', 'X-Woodpecker-Version']) {
    expect([name, shown.get(name)]).toEqual([name, headers[name]])
  }
  const ofPublic = framesOf(listeners.anon.text).map(({ pipeline }) => ({
    status: pipeline.status,
    workflow: pipeline.workflows[0]!.state,
  }))
  expect(ofPublic).toEqual(
    recording.frames.map((frame: { status: string; workflows: [string][] }) => ({
      status: frame.status,
      workflow: frame.workflows[0]![0],
    })),
  )
})

interface Frame {
  readonly repo: { readonly full_name: string }
  readonly pipeline: { readonly status: string; readonly workflows: readonly { readonly state: string }[] }
}

function framesOf(text: string): Frame[] {
  const blocks = text.split('\n\n').slice(0, -1)
  return blocks.filter((block) => block.startsWith('data: ')).map((block) => JSON.parse(block.slice(6)))
}

function countOf(text: string, repo: string): number {
  return framesOf(text).filter((frame) => frame.repo.full_name === repo).length
}
