import type { NewAgent } from '@woodpeckers/autoscaler-core'
import { describe, expect, it } from 'vitest'
import { agentOf } from './agent-record.ts'
import { call, failureOf, newServer } from './testing/new-server.ts'
import { json, plain, type Script, scriptedFetch, wireAgent } from './testing/scripted-fetch.ts'

const NAME = 'pool-1-agent-abc123'
const wanted: NewAgent = {
  name: NAME,
  slots: 2,
  labels: { gpu: 'yes', disk: 'ssd' },
  backend: 'docker',
  image: undefined,
  environment: { WOODPECKER_GRPC_SECURE: 'true', EXTRA: '1' },
}
const lost = (): never => {
  throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
}
const listOf = (...ids: number[]): Script => ({
  'GET /api/agents?page=1&perPage=50': () => json(ids.map((id) => wireAgent(id, { name: NAME }))),
  'GET /api/agents': () => json(null),
  'GET /version': () => json({ version: '3.17.0', source: '' }),
})

describe('making an agent', () => {
  it('gives its process what it needs, and nothing of the user’s in place of it', async () => {
    const { fetch, requests } = scriptedFetch({
      ...listOf(),
      'POST /api/agents': (init) => json(wireAgent(7, JSON.parse(init.body ?? ''))),
    })
    const created = await newServer({ fetch }).createAgent(wanted, call())
    expect(created).toEqual({
      agent: agentOf(wireAgent(7, { name: NAME })),
      environment: {
        WOODPECKER_SERVER: 'ci.test:9000',
        WOODPECKER_GRPC_SECURE: 'false',
        WOODPECKER_AGENT_SECRET: wireAgent(7).token,
        WOODPECKER_MAX_WORKFLOWS: '2',
        WOODPECKER_HOSTNAME: NAME,
        WOODPECKER_AGENT_LABELS: 'gpu=yes,disk=ssd',
        WOODPECKER_BACKEND: 'docker',
        WOODPECKER_RETRY_TIMEOUT: '0',
        EXTRA: '1',
      },
      image: 'docker.io/woodpeckerci/woodpecker-agent:v3.17.0',
    })
    expect(requests.filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })

  it('makes one that gets no task from its first moment on, where that is wanted', async () => {
    const bodies: unknown[] = []
    const { fetch } = scriptedFetch({
      ...listOf(),
      'POST /api/agents': (init) => {
        bodies.push(JSON.parse(init.body ?? ''))
        return json(wireAgent(7, { name: NAME, no_schedule: true }))
      },
    })
    const { agent } = await newServer({ fetch }).createAgent({ ...wanted, cordoned: true }, call())
    expect([bodies, agent.cordoned]).toEqual([[{ name: NAME, no_schedule: true }], true])
  })

  it.each([
    ['3.17.0', 'v3.17.0'],
    ['v3.17.0', 'v3.17.0'],
    ['3.18.0-rc.0', 'v3.18.0-rc.0'],
    ['next-0a1b2c3d4e', 'next'],
    ['dev', 'next'],
  ])('at a server %s takes the image %s, as its head says', async (version, tag) => {
    const { fetch, requests } = scriptedFetch({
      'GET /api/agents': () => json(null, { 'x-woodpecker-version': version }),
      'POST /api/agents': () => json(wireAgent(7, { name: NAME })),
    })
    const server = newServer({ fetch })
    await server.readAgents(call())
    const { image } = await server.createAgent(wanted, call())
    expect(image).toBe(`docker.io/woodpeckerci/woodpecker-agent:${tag}`)
    expect(requests).not.toContain('GET /version')
  })

  it('takes one request for a fresh name, once the list is known', async () => {
    const { fetch, requests } = scriptedFetch({
      ...listOf(),
      'GET /api/agents?page=1&perPage=50': () => json(null, { 'x-woodpecker-version': '3.17.0' }),
      'POST /api/agents': () => json(wireAgent(7, { name: NAME })),
    })
    const server = newServer({ fetch })
    await server.readAgents(call())
    requests.length = 0
    await server.createAgent({ ...wanted, image: 'mine' }, call())
    expect(requests).toEqual(['POST /api/agents'])
  })

  it.each([
    ['was lost', lost],
    ['is 500, database is locked', () => plain(500, 'database is locked')],
    ['is cut off', () => new Response('{"id":', { headers: { 'content-type': 'application/json' } })],
  ])('whose answer %s adopts the record that is there, and makes no second one', async (_, answer) => {
    let made = 0
    const { fetch } = scriptedFetch({
      ...listOf(),
      'GET /api/agents?page=1&perPage=50': () => json(made > 0 ? [wireAgent(9, { name: NAME })] : null),
      'POST /api/agents': () => {
        made++
        return answer()
      },
    })
    const created = await newServer({ fetch }).createAgent(wanted, call())
    expect(created.agent.id).toBe('9')
    expect(created.environment['WOODPECKER_AGENT_SECRET']).toBe(wireAgent(9).token)
    expect(made).toBe(1)
  })

  describe('at a server that shows a token only once', () => {
    const { token: _, ...untold } = wireAgent(9, { name: NAME, last_contact: 0 })
    const hiding = (record: object, deletion: () => Response) => {
      let made = 0
      return scriptedFetch({
        ...listOf(),
        'GET /api/agents?page=1&perPage=50': () => json(made > 0 ? [record] : null),
        'POST /api/agents': () => {
          made++
          return lost()
        },
        'DELETE /api/agents/9': deletion,
      })
    }

    it.each([untold, { ...untold, token: '' }])('one whose answer was lost is taken back', async (record) => {
      const { fetch, requests } = hiding(record, () => new Response(null, { status: 204 }))
      const server = newServer({ fetch })
      expect((await server.readAgents(call())).agents).toEqual([])
      expect(await failureOf(server.createAgent(wanted, call()))).toMatchObject({
        kind: 'transient',
        mayHaveActed: false,
        message: expect.stringContaining('its record was taken back'),
      })
      expect(requests.filter((line) => line.startsWith('DELETE'))).toHaveLength(1)
    })

    it.each([
      ['that is in use stays', { ...untold, last_contact: 1_795_240_900 }, 0],
      ['that cannot be taken back stays', untold, 1],
    ])('one %s, and may be there', async (_, record, deletions) => {
      const { fetch, requests } = hiding(record, () => plain(400, 'no'))
      expect(await failureOf(newServer({ fetch }).createAgent(wanted, call()))).toMatchObject({
        kind: 'transient',
        mayHaveActed: true,
      })
      expect(requests.filter((line) => line.startsWith('DELETE'))).toHaveLength(deletions)
    })
  })

  it('that left no record may still have had its effect', async () => {
    const { fetch } = scriptedFetch({ ...listOf(), 'POST /api/agents': lost })
    expect(await failureOf(newServer({ fetch }).createAgent(wanted, call()))).toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
    })
  })

  it('is looked up first when the try before left it open', async () => {
    let posts = 0
    let there = false
    const { fetch } = scriptedFetch({
      ...listOf(),
      'GET /api/agents?page=1&perPage=50': () => json(there ? [wireAgent(9, { name: NAME })] : null),
      'POST /api/agents': () => {
        posts++
        return lost()
      },
    })
    const server = newServer({ fetch })
    await server.readAgents(call())
    await failureOf(server.createAgent(wanted, call()))
    there = true
    expect((await server.createAgent(wanted, call())).agent.id).toBe('9')
    expect(posts).toBe(1)
  })

  it('takes the newest record of the name that is there already', async () => {
    const { fetch, requests } = scriptedFetch(listOf(3, 8))
    const server = newServer({ fetch })
    expect((await server.createAgent(wanted, call())).agent.id).toBe('8')
    expect(requests.some((line) => line.startsWith('POST'))).toBe(false)
  })

  it('refuses labels that the agent’s list of labels cannot say, before anything is made', async () => {
    const { fetch, requests } = scriptedFetch({})
    const labels = { gpu: 'a,b' }
    expect(await failureOf(newServer({ fetch }).createAgent({ ...wanted, labels }, call()))).toMatchObject({
      kind: 'rejected',
      message: 'label "gpu": a value has no comma',
    })
    expect(requests).toEqual([])
  })
})

describe('cordoning', () => {
  const agent = agentOf(wireAgent(4, { name: NAME }))

  it('always sends the name too, and answers the record as written', async () => {
    const bodies: unknown[] = []
    const { fetch, requests } = scriptedFetch({
      'PATCH /api/agents/4': (init) => {
        bodies.push(JSON.parse(init.body ?? ''))
        return json(wireAgent(4, { name: NAME, no_schedule: true, updated: 50 }))
      },
      'GET /api/agents/4': () => json(wireAgent(4, { name: NAME, no_schedule: true, updated: 51 })),
    })
    const written = await newServer({ fetch }).setCordon(agent, true, call())
    expect(bodies).toEqual([{ name: NAME, no_schedule: true }])
    expect(written).toMatchObject({ cordoned: true, updatedAt: 50_000 })
    expect(requests).toEqual(['PATCH /api/agents/4', 'GET /api/agents/4'])
  })

  it('that was undone by a heartbeat is told so', async () => {
    const { fetch } = scriptedFetch({
      'PATCH /api/agents/4': () => json(wireAgent(4, { name: NAME, no_schedule: true })),
      'GET /api/agents/4': () => json(wireAgent(4, { name: NAME, no_schedule: false })),
    })
    expect(await newServer({ fetch }).setCordon(agent, true, call())).toMatchObject({ cordoned: false })
  })

  it.each([409, 500])('tries again at %d: the database was locked', async (status) => {
    let tries = 0
    const { fetch } = scriptedFetch({
      'PATCH /api/agents/4': () =>
        ++tries < 3 ? plain(status, 'database is locked') : json(wireAgent(4, { no_schedule: true })),
      'GET /api/agents/4': () => json(wireAgent(4, { name: NAME, no_schedule: true })),
    })
    expect(await newServer({ fetch }).setCordon(agent, true, call())).toMatchObject({ cordoned: true })
    expect(tries).toBe(3)
  })

  it('of an agent that is gone answers nothing', async () => {
    expect(await newServer(scriptedFetch({})).setCordon(agent, true, call())).toBeUndefined()
  })
})

describe('deleting', () => {
  const agent = agentOf(wireAgent(4))
  const there = { 'GET /api/agents/4': () => json(wireAgent(4)) }
  const no = (status: number) => ({ 'DELETE /api/agents/4': () => new Response(null, { status }) })

  it.each([
    ['204', no(204), 'deleted'],
    ['404', no(404), 'already-gone'],
    ['409', { 'DELETE /api/agents/4': () => plain(409, 'Agent has running tasks') }, 'busy'],
    ['lost, with the record gone', { 'DELETE /api/agents/4': lost }, 'deleted'],
    ['500, with the record gone', no(500), 'deleted'],
  ])('that is answered %s', async (_, script: Script, result) => {
    expect(await newServer(scriptedFetch(script)).deleteAgent(agent, call())).toBe(result)
  })

  it('that was lost, with the record there, is open', async () => {
    const { fetch, requests } = scriptedFetch({ 'DELETE /api/agents/4': lost, ...there })
    expect(await failureOf(newServer({ fetch }).deleteAgent(agent, call()))).toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
    })
    expect(requests.filter((line) => line.startsWith('DELETE'))).toHaveLength(1)
  })
})

describe('writes', () => {
  it('go one at a time, in their order', async () => {
    let running = 0
    let most = 0
    const { fetch, requests } = scriptedFetch({
      ...listOf(),
      'POST /api/agents': async (init) => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve, 5))
        running--
        return json(wireAgent(1, JSON.parse(init.body ?? '')))
      },
    })
    const server = newServer({ fetch })
    await server.readAgents(call())
    const names = ['a', 'b', 'c', 'd']
    const made = await Promise.all(
      names.map((name) => server.createAgent({ ...wanted, name, image: 'x' }, call())),
    )
    expect(made.map(({ agent }) => agent.name)).toEqual(names)
    expect(most).toBe(1)
    expect(requests.filter((line) => line.startsWith('POST'))).toHaveLength(4)
  })

  it('that failed do not stop the next, and those called off before their turn are never begun', async () => {
    const { fetch, requests } = scriptedFetch({ 'DELETE /api/agents/1': () => plain(400, 'no') })
    const server = newServer({ fetch })
    const controller = new AbortController()
    const first = failureOf(server.deleteAgent(agentOf(wireAgent(1)), call()))
    const second = failureOf(server.deleteAgent(agentOf(wireAgent(2)), { signal: controller.signal }))
    const third = server.deleteAgent(agentOf(wireAgent(3)), call())
    controller.abort()
    expect(await first).toMatchObject({ kind: 'rejected' })
    expect(await second).toMatchObject({ kind: 'transient', mayHaveActed: false })
    expect(await third).toBe('already-gone')
    expect(requests).toEqual(['DELETE /api/agents/1', 'DELETE /api/agents/3'])
  })
})
