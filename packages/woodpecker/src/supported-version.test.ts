import { describe, expect, it } from 'vitest'
import { call, failureOf, newServer } from './testing/new-server.ts'
import { json, plain, scriptedFetch, wireAgent } from './testing/scripted-fetch.ts'

const queue = { pending: [], waiting_on_deps: [], running: [], stats: { worker_count: 0 }, paused: false }
const page = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
const agent = { name: 'pool-1-agent-a', slots: 1, labels: {}, backend: 'docker', environment: {} }

/** An agent as Woodpecker 2 answers it. */
function oldAgent(id: number) {
  const {
    org_id: _org,
    last_work: _work,
    custom_labels: _labels,
    ...old
  } = wireAgent(id, { name: agent.name })
  return old
}

interface World {
  version: string | undefined
  header: boolean
  oldFields: boolean
}

function aServer(given: Partial<World>) {
  const world: World = { version: '3.17.0', header: true, oldFields: false, ...given }
  const head = () =>
    world.header && world.version !== undefined ? { 'x-woodpecker-version': world.version } : {}
  const shown = (id: number) => (world.oldFields ? oldAgent(id) : wireAgent(id, { name: agent.name }))
  const { fetch, requests } = scriptedFetch({
    'GET /version': () => (world.version === undefined ? page() : json({ version: world.version }, head())),
    'GET /api/user': () => json({ login: 'ada', admin: true }, head()),
    'GET /api/queue/info': () => json(queue, head()),
    'GET /api/agents?page=1&perPage=50': () => json(world.oldFields ? [shown(1)] : [], head()),
    'GET /api/agents?page=2&perPage=50': () => json(null, head()),
    'POST /api/agents': () => json(shown(7), head()),
    'DELETE /api/agents/7': () => new Response(null, { status: 204, headers: head() }),
  })
  return { world, server: newServer({ fetch }), requests }
}

describe('a server before 3.0', () => {
  it.each([
    ['by the head of its answers', { version: '2.8.3' }],
    ['by its version alone', { version: '2.8.3', header: false }],
    ['with a v', { version: 'v1.0.5' }],
    [
      'by the fields of its agents, with a version that is no number',
      { version: 'next-0a1b2c', oldFields: true },
    ],
  ])('is refused by check, %s', async (_, world) => {
    const { server } = aServer(world)
    const failure = await failureOf(server.check(call()))
    expect(failure).toMatchObject({ kind: 'unsupported' })
    expect((failure as Error).message).toMatch(
      /^Woodpecker (v?[12][.\d]+|next-0a1b2c) is too old.*: Woodpecker 3\.0 or newer is needed; update the server$/,
    )
  })

  it.each([
    ['by its version', { version: '2.8.3' }],
    ['by its version alone', { version: '2.8.3', header: false }],
  ])('gets no record, %s', async (_, world) => {
    const { server, requests } = aServer(world)
    for (const image of [undefined, 'agent:v1'])
      expect(await failureOf(server.createAgent({ ...agent, image }, call()))).toMatchObject({
        kind: 'unsupported',
      })
    expect(requests.filter((line) => line.startsWith('POST'))).toEqual([])
  })

  it('that only the new record shows keeps no record', async () => {
    const { server, requests, world } = aServer({ version: 'dev' })
    await server.readAgents(call())
    world.oldFields = true
    const failure = await failureOf(server.createAgent({ ...agent, image: undefined }, call()))
    expect(failure).toMatchObject({ kind: 'unsupported', mayHaveActed: true })
    expect(requests.slice(-2)).toEqual(['POST /api/agents', 'DELETE /api/agents/7'])
  })

  it('is noticed by each reading after a downgrade, with and without the version in the head', async () => {
    const { server, world } = aServer({})
    await server.readQueue(call())
    Object.assign(world, { version: '2.8.3', oldFields: true })
    expect(await failureOf(server.readQueue(call()))).toMatchObject({ kind: 'unsupported' })
    expect(await failureOf(server.readAgents(call()))).toMatchObject({ kind: 'unsupported' })
    world.header = false
    expect(await failureOf(server.readAgents(call()))).toMatchObject({ kind: 'unsupported' })
  })
})

describe('a server that is new enough', () => {
  it.each(['3.0.0', '3.0.0-rc.1', 'v3.17.1', '4.0.0', '10.1.0', 'next-0a1b2c', 'dev', '2f3a9c1', 'local'])(
    '%s is taken',
    async (version) => {
      const { server } = aServer({ version })
      expect(await server.check(call())).toEqual({ version, user: 'ada', admin: true })
      expect((await server.createAgent({ ...agent, image: undefined }, call())).agent.id).toBe('7')
    },
  )

  it('is known by the head of its other answers where a proxy answers in place of /version', async () => {
    const { fetch } = scriptedFetch({
      'GET /version': page,
      'GET /api/user': () => json({ login: 'ada', admin: true }, { 'x-woodpecker-version': '3.9.0' }),
    })
    expect(await newServer({ fetch }).check(call())).toMatchObject({ version: '3.9.0' })
  })

  it('and is not asked for its version where nothing says it, but an image is set', async () => {
    const { server } = aServer({ version: undefined })
    expect(await failureOf(server.createAgent({ ...agent, image: undefined }, call()))).toMatchObject({
      kind: 'unexpected-answer',
    })
    expect((await server.createAgent({ ...agent, image: 'agent:v3' }, call())).image).toBe('agent:v3')
  })

  it('with a token that nobody knows is told so, whatever is there in place of /version', async () => {
    const { fetch } = scriptedFetch({ 'GET /version': page, 'GET /api/user': () => plain(401, 'no') })
    expect(await failureOf(newServer({ fetch }).check(call()))).toMatchObject({ kind: 'auth' })
  })
})
