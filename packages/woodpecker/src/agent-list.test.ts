import { describe, expect, it } from 'vitest'
import { call, failureOf, newServer } from './testing/new-server.ts'
import { json, scriptedFetch, wireAgent } from './testing/scripted-fetch.ts'

/** A list in pages of 50 as the server cuts them; `between` happens after each request. */
function listOf(ids: number[], between: (request: number) => void = () => {}) {
  let request = 0
  return scriptedFetch({
    'GET /api/agents': () => {
      throw new Error('not without a page')
    },
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [
        `GET /api/agents?page=${index + 1}&perPage=50`,
        () => {
          const page = ids.slice(index * 50, index * 50 + 50)
          between(++request)
          return json(page.length === 0 ? null : page.map((id) => wireAgent(id)))
        },
      ]),
    ),
  })
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe('the list of agents', () => {
  it.each([0, 1, 49, 50, 51, 100, 120])('shows all %d of them', async (count) => {
    const { fetch } = listOf(upTo(count))
    const { agents } = await newServer({ fetch }).readAgents(call())
    expect(agents.map((agent) => Number(agent.id))).toEqual(upTo(count))
  })

  it('takes as many requests as there are pages, and one, once their number is known', async () => {
    const { fetch, requests } = listOf(upTo(120))
    const server = newServer({ fetch })
    await server.readAgents(call())
    requests.length = 0
    expect((await server.readAgents(call())).agents).toHaveLength(120)
    expect(requests).toHaveLength(4)
  })

  it('misses nobody who is there all the time, whenever others are deleted meanwhile', async () => {
    for (let moment = 1; moment <= 7; moment++) {
      for (const gone of [1, 30, 60]) {
        const ids = upTo(160)
        const { fetch } = listOf(ids, (request) => {
          if (request === moment) ids.splice(gone, 5)
        })
        const { agents } = await newServer({ fetch }).readAgents(call())
        const seen = new Set(agents.map((agent) => Number(agent.id)))
        expect(
          ids.filter((id) => !seen.has(id)),
          `after request ${moment}, from ${gone}`,
        ).toEqual([])
        expect(agents).toHaveLength(seen.size)
      }
    }
  })

  it('follows a list that grew or shrank since', async () => {
    const ids = upTo(30)
    const { fetch } = listOf(ids)
    const server = newServer({ fetch })
    for (const count of [30, 170, 3, 0, 60]) {
      ids.splice(0, ids.length, ...upTo(count))
      expect((await server.readAgents(call())).agents).toHaveLength(count)
    }
  })

  it('that ignores the page is refused, not believed', async () => {
    const { fetch } = scriptedFetch({ 'GET /api/agents': () => json([wireAgent(1)]) })
    expect(await failureOf(newServer({ fetch }).readAgents(call()))).toMatchObject({
      kind: 'unexpected-answer',
      message: expect.stringContaining('came again'),
    })
  })

  it('that never ends is given up', async () => {
    let id = 0
    const { fetch, requests } = scriptedFetch({ 'GET /api/agents': () => json([wireAgent(++id)]) })
    expect(await failureOf(newServer({ fetch }).readAgents(call()))).toMatchObject({
      kind: 'unexpected-answer',
      message: 'GET /api/agents: no end after 1000 pages',
    })
    expect(requests).toHaveLength(1000)
  })

  it('comes with the server’s clock, or with ours where it does not tell', async () => {
    const date = 'Sat, 21 Nov 2026 06:02:04 GMT'
    const told = scriptedFetch({ 'GET /api/agents': () => json(null, { date }) })
    expect((await newServer({ fetch: told.fetch }).readAgents(call())).serverNowAt).toBe(Date.parse(date))
    const untold = scriptedFetch({ 'GET /api/agents': () => json(null) })
    const clock = { now: () => 123, monotonic: () => 123, startTimer: () => () => {} }
    expect((await newServer({ fetch: untold.fetch, clock }).readAgents(call())).serverNowAt).toBe(123)
  })
})

describe('an agent', () => {
  it('has the labels that the server will match with', async () => {
    const { fetch } = scriptedFetch({
      'GET /api/agents?page=1&perPage=50': () =>
        json([
          wireAgent(1, { custom_labels: { repo: 'acme/app1', gpu: '*', 'org-id': '9' } }),
          wireAgent(2, { org_id: 3 }),
          wireAgent(3, { last_contact: 0 }),
        ]),
      'GET /api/agents?page=2&perPage=50': () => json(null),
    })
    const { agents } = await newServer({ fetch }).readAgents(call())
    expect(agents.map((agent) => agent.labels)).toEqual([
      {
        hostname: 'pool-1-agent-n1',
        platform: 'linux/amd64',
        backend: 'docker',
        repo: 'acme/app1',
        gpu: '*',
        'org-id': '*',
      },
      {
        hostname: 'pool-1-agent-n2',
        platform: 'linux/amd64',
        backend: 'docker',
        repo: '*',
        'org-id': '3',
      },
      undefined,
    ])
  })

  it('to come offers the pool’s labels for every organisation', () => {
    const offer = { labels: { gpu: 'yes' }, platform: 'linux/arm64', backend: 'docker' }
    expect(newServer({ fetch: scriptedFetch({}).fetch }).offerOf(offer)).toEqual({
      platform: 'linux/arm64',
      backend: 'docker',
      repo: '*',
      'org-id': '*',
      gpu: 'yes',
    })
  })
})
