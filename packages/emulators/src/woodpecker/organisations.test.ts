import { expect, test } from 'vitest'
import { Stage } from '../replay/stage.ts'
import type { EmulatedWoodpecker } from './emulated-woodpecker.ts'
import { WebFront } from './http/web-front.ts'
import { adminToken, defaultSettings } from './settings.ts'

const ORLA = 'orla-token'
const orla = { id: 2, login: 'orla', token: ORLA, admin: false, orgAdminOf: ['acme'] }
const users = [...defaultSettings.users.filter(({ admin }) => admin), orla]

/** Organisations acme (3) and beta (4), both with a repository. */
function setUp(settings: Partial<EmulatedWoodpecker['settings']> = {}): Stage {
  const stage = new Stage({ users, ...settings })
  stage.server.createRepo({ name: 'acme/app' })
  stage.server.createRepo({ name: 'beta/app' })
  return stage
}

function clientOf({ server }: Stage, token: string | undefined = adminToken) {
  const front = new WebFront(server)
  return async (method: string, target: string, body?: object) => {
    const answer = await front.react({
      method,
      target,
      authorization: token === undefined ? undefined : `Bearer ${token}`,
      contentType: 'application/json',
      body: body ? JSON.stringify(body) : '',
    })
    if (typeof answer === 'string' || 'eventsFor' in answer) throw new Error('no answer')
    const { status, headers, body: text } = answer
    const type = String(headers['Content-Type'] ?? '')
    return { status, type, body: type.startsWith('application/json') ? JSON.parse(text) : text }
  }
}

test('an organisation is found by its name, whatever the capitals, and by its number', async () => {
  const api = clientOf(setUp())
  const acme = { id: 3, forge_id: 1, name: 'acme', is_user: false }
  expect(await api('GET', '/api/orgs/lookup/Acme')).toMatchObject({ status: 200, body: acme })
  expect(await api('GET', '/api/orgs/3')).toMatchObject({ status: 200, body: acme })
  expect((await api('GET', '/api/orgs/lookup/orla')).body).toMatchObject({ id: 2, is_user: true })
  expect(await api('GET', '/api/orgs/lookup/nobody')).toMatchObject({ status: 404, body: '' })
})

test('of a number that nobody has an admin is shown an empty one', async () => {
  expect(await clientOf(setUp())('GET', '/api/orgs/99')).toMatchObject({
    status: 200,
    body: { id: 0, name: '' },
  })
})

test("an organisation's admin has its agents alone, and sees nothing that is for the server's admins", async () => {
  const api = clientOf(setUp(), ORLA)
  const made = await api('POST', '/api/orgs/3/agents', { name: 'a' })
  expect(made).toMatchObject({ status: 200, body: { org_id: 3, name: 'a' } })
  const { id } = made.body
  expect((await api('GET', '/api/orgs/3/agents')).body).toHaveLength(1)
  const patched = await api('PATCH', `/api/orgs/3/agents/${id}`, { name: 'a', no_schedule: true })
  expect(patched).toMatchObject({ status: 200, body: { no_schedule: true } })
  for (const path of [
    '/api/agents',
    `/api/agents/${id}`,
    `/api/agents/${id}/tasks`,
    '/api/queue/info',
    '/api/pipelines',
    '/api/orgs/4/agents',
    '/api/orgs/4',
    '/api/orgs/99',
  ]) {
    expect(await api('GET', path), path).toMatchObject({ status: 403, body: 'User not authorized' })
  }
  expect((await api('POST', '/api/orgs/4/agents', { name: 'b' })).status).toBe(403)
  expect((await api('DELETE', `/api/orgs/3/agents/${id}`)).status).toBe(204)
})

test("a server's admin lists, changes and deletes agents of organisations as all others", async () => {
  const api = clientOf(setUp())
  const { id } = (await api('POST', '/api/orgs/3/agents', { name: 'a' })).body
  expect((await api('GET', '/api/agents')).body).toMatchObject([{ id, org_id: 3 }])
  const patched = await api('PATCH', `/api/agents/${id}`, { name: 'a', no_schedule: true })
  expect(patched.body).toMatchObject({ org_id: 3, no_schedule: true })
  expect((await api('DELETE', `/api/agents/${id}`)).status).toBe(204)
  expect((await api('GET', '/api/agents')).body).toBeNull()
})

test('where users may have no agents, those of organisations are a page of the web UI', async () => {
  const api = clientOf(setUp({ disableUserAgentRegistration: true }))
  for (const method of ['GET', 'POST']) {
    expect(await api(method, '/api/orgs/3/agents', { name: 'a' })).toMatchObject({
      status: 200,
      type: 'text/html',
    })
  }
  expect((await api('GET', '/api/orgs/3')).body).toMatchObject({ name: 'acme' })
})

test('an agent of an organisation takes its tasks alone, whatever labels it says', async () => {
  const stage = setUp()
  const { token } = stage.server.records.create({ name: 'a', no_schedule: false }, 1, 3)
  const beta = stage.server.createPipeline({ repo: 'beta/app', workflows: [{ durationMs: 1000 }] })
  const acme = stage.server.createPipeline({ repo: 'acme/app', workflows: [{ durationMs: 1000 }] })
  stage.process(token, { labels: { 'org-id': '*' } })
  await stage.wait(30)
  expect([acme.status, beta.status]).toEqual(['success', 'pending'])
})
