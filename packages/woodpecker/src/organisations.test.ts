import { systemClock } from '@woodpeckers/autoscaler-core'
import { defaultSettings, EmulatedWoodpecker, woodpeckerFetch } from '@woodpeckers/autoscaler-emulators'
import { describe, expect, it } from 'vitest'
import { call, failureOf, newServer } from './testing/new-server.ts'
import { json, plain, type Script, scriptedFetch, wireAgent } from './testing/scripted-fetch.ts'

const ADMIN = 'admin-token'
const ORLA = 'orla-token'

/** Organisations acme (3) and beta (4); orla is an admin of acme. */
function against(token: string, settings: Partial<EmulatedWoodpecker['settings']> = {}) {
  const woodpecker = new EmulatedWoodpecker({
    clock: systemClock,
    random: () => 0.5,
    settings: {
      users: [
        ...defaultSettings.users.filter(({ admin }) => admin),
        { id: 2, login: 'orla', token: ORLA, admin: false, orgAdminOf: ['acme'] },
      ],
      ...settings,
    },
  })
  for (const name of ['acme/app', 'beta/app']) woodpecker.createRepo({ name })
  const server = newServer({ fetch: woodpeckerFetch(woodpecker) as never, token })
  const find = (reference: string) => server.findScope!(reference, call())
  return { woodpecker, server, find }
}

const wanted = {
  name: 'pool-1-agent-abc123',
  slots: 1,
  labels: {},
  backend: 'docker',
  image: 'agent:1',
  environment: {},
}

describe('an organisation', () => {
  it.each(['acme', 'ACME', '3'])('is found as %s', async (reference) => {
    const { find } = against(ADMIN)
    expect(await find(reference)).toEqual({ ok: true, scope: { id: '3', name: 'acme' } })
  })

  it.each(['nobody', '99'])(
    'that is not there, %s, is none, and it says how to name one',
    async (reference) => {
      const { find } = against(ADMIN)
      expect(await find(reference)).toEqual({
        ok: false,
        why: expect.stringMatching(/^the server knows no such organisation.*\/orgs\/<number>$/),
      })
    },
  )

  it('cannot have agents where the server is told so', async () => {
    const { find } = against(ADMIN, { disableUserAgentRegistration: true })
    expect(await find('acme')).toEqual({
      ok: false,
      why: expect.stringContaining('WOODPECKER_DISABLE_USER_AGENT_REGISTRATION'),
    })
  })

  it('whose admin alone has the token is refused, with the reason and the way out', async () => {
    const { find } = against(ORLA)
    const failure = await failureOf(find('acme'))
    expect(failure).toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(
        /^the token is that of orla, .* the queue, .*use a server admin's token/,
      ),
    })
  })

  it('is looked up with the slashes of its name, and once', async () => {
    const { fetch, requests } = scriptedFetch({
      'GET /api/user': () => json({ login: 'ada', admin: true }),
      'GET /api/orgs/lookup/big%20one/group%3F': () => json({ id: 8, name: 'big one/group?' }),
      'GET /api/orgs/8/agents': () => json(null),
    })
    const server = newServer({ fetch })
    const found = { ok: true, scope: { id: '8', name: 'big one/group?' } }
    expect(await server.findScope!('big one/group?', call())).toEqual(found)
    expect(requests).toHaveLength(3)
    expect(await server.findScope!('big one/group?', call())).toEqual(found)
    expect(requests).toHaveLength(3)
  })

  it('is asked for again where the server could not answer', async () => {
    let answers = 0
    const { fetch } = scriptedFetch({
      'GET /api/user': () => json({ login: 'ada', admin: true }),
      'GET /api/orgs/8': () =>
        ++answers <= 3 ? plain(500, 'database is locked') : json({ id: 8, name: 'a' }),
      'GET /api/orgs/8/agents': () => json(null),
    })
    const server = newServer({ fetch })
    expect(await failureOf(server.findScope!('8', call()))).toMatchObject({ kind: 'transient' })
    expect(await server.findScope!('8', call())).toMatchObject({ ok: true })
  })
})

describe('an agent of an organisation', () => {
  it('is made as such, then listed, looked at, cordoned and deleted as all others', async () => {
    const { server } = against(ADMIN)
    const { agent } = await server.createAgent({ ...wanted, scope: '3' }, call())
    await server.createAgent({ ...wanted, name: 'pool-1-agent-other1' }, call())
    const { agents } = await server.readAgents(call())
    expect(agents.map(({ name }) => name)).toEqual(['pool-1-agent-abc123', 'pool-1-agent-other1'])
    expect(await server.inspectAgent(agent.id, call())).toMatchObject({ busy: false })
    expect(await server.setCordon(agent, true, call())).toMatchObject({ cordoned: true })
    expect(await server.deleteAgent(agent, call())).toBe('deleted')
  })

  it('offers its organisation, whatever the labels say', () => {
    const { server } = against(ADMIN)
    const offer = { platform: 'linux/amd64', backend: 'docker', labels: { 'org-id': '*', gpu: 'yes' } }
    expect(server.offerOf({ ...offer, scope: '3' })).toMatchObject({ 'org-id': '3', gpu: 'yes' })
    expect(server.offerOf(offer)).toMatchObject({ 'org-id': '*' })
  })

  it('whose making was not answered is adopted, but none of that name for others', async () => {
    let made = false
    const list = () =>
      json([
        ...(made ? [wireAgent(8, { name: wanted.name, org_id: 3 })] : []),
        wireAgent(9, { name: wanted.name }),
      ])
    const { fetch, requests } = scriptedFetch({
      'GET /api/agents?page=1&perPage=50': list,
      'GET /api/agents': () => json(null),
      'POST /api/orgs/3/agents': () => {
        made = true
        throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
      },
    })
    const { agent } = await newServer({ fetch }).createAgent({ ...wanted, scope: '3' }, call())
    expect(agent.id).toBe('8')
    expect(requests.filter((line) => line.startsWith('POST'))).toEqual(['POST /api/orgs/3/agents'])
  })

  it.each<[string, Script[string], string]>([
    ['of another', () => json(wireAgent(8, { org_id: -1 })), 'agent 8 came back, which is of -1'],
    [
      'that is a page of the web UI',
      () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } }),
      'is WOODPECKER_DISABLE_USER_AGENT_REGISTRATION set at the server?',
    ],
  ])('%s is no success', async (_, answer, words) => {
    const { fetch } = scriptedFetch({
      'GET /api/agents': () => json(null),
      'POST /api/orgs/3/agents': answer,
    })
    expect(
      await failureOf(newServer({ fetch }).createAgent({ ...wanted, scope: '3' }, call())),
    ).toMatchObject({
      mayHaveActed: true,
      message: expect.stringContaining(words),
    })
  })
})
