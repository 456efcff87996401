import { readdirSync, readFileSync } from 'node:fs'
import { type Agent, silentLog, systemClock } from '@woodpeckers/autoscaler-core'
import { createExchange } from '@woodpeckers/autoscaler-http'
import { describe, expect, it } from 'vitest'
import { agentOf } from './agent-record.ts'
import { refusalOf } from './http/refusal.ts'
import type { WireAgent, WireTask } from './schemas.ts'
import { call, failureOf, newServer, TOKEN } from './testing/new-server.ts'
import { json, type Script, scriptedFetch, wireAgent } from './testing/scripted-fetch.ts'

interface Recorded {
  readonly request: { readonly method: string; readonly path: string }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly json?: unknown
    readonly text?: string
  }
}

const folder = new URL('../../../fixtures/woodpecker/', import.meta.url)
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recorded] as const)
  .filter(([, recorded]) => recorded.response !== undefined)

/** The recorded answer, and around it just enough of a server for the client to go on. */
function replay({ request, response }: Recorded): Script {
  const { status, headers } = response
  const body =
    status === 204 ? null : response.json === undefined ? response.text : JSON.stringify(response.json)
  // Only what makes an agent goes by its organisation.
  const isMade = request.method === 'POST'
  const path = isMade ? request.path : request.path.replace(/^\/api\/orgs\/\d+/, '/api')
  const id = /^\/api\/agents\/(\d+)/.exec(path)?.[1] ?? '0'
  return {
    'GET /api/agents?page=2&perPage=50': () => json(null),
    'GET /version': () => json({ source: '', version: 'dev' }),
    'GET /api/user': () => json({ login: 'admin', admin: true }),
    'GET /api/agents': () => json(null),
    [`GET /api/agents/${id}/tasks`]: () => json(null),
    [`GET /api/agents/${id}`]: () => json(request.method === 'PATCH' ? response.json : wireAgent(Number(id))),
    [`${request.method} ${path}`]: () => new Response(body ?? null, { status, headers }),
  }
}

/** Asks for what was recorded, through the front door where it has one for it. */
async function ask(recorded: Recorded): Promise<unknown> {
  const { method, path } = recorded.request
  const { fetch } = scriptedFetch(replay(recorded))
  const server = newServer({ fetch })
  const [, id, tasks] = /^\/api(?:\/orgs\/\d+)?\/agents(?:\/(\d+))?(\/tasks)?$/.exec(path) ?? []
  if (id !== undefined) {
    const agent: Agent = agentOf(wireAgent(Number(id)))
    const written = recorded.response.json as WireAgent | undefined
    if (tasks) return (await server.inspectAgent(id, call()))?.busy
    if (method === 'GET') return (await server.inspectAgent(id, call()))?.agent
    if (method === 'PATCH') return server.setCordon(agent, written?.no_schedule ?? true, call())
    return server.deleteAgent(agent, call())
  }
  if (path.endsWith('/agents')) {
    if (method === 'GET') return (await server.readAgents(call())).agents
    const wanted = { name: 'pool-1-agent-1', slots: 1, labels: {}, backend: 'docker', environment: {} }
    const [, scope] = /^\/api\/orgs\/(\d+)\//.exec(path) ?? []
    return server.createAgent({ ...wanted, image: undefined, ...(scope && { scope }) }, call())
  }
  if (path === '/api/queue/info') return server.readQueue(call())
  if (path === '/version' || path === '/api/user') return server.check(call())
  const options = {
    fetch,
    token: TOKEN,
    clock: systemClock,
    random: () => 0,
    log: silentLog,
    refusalOf,
    deadlineMs: 1000,
  }
  return createExchange(options)(new Request(`http://ci.test${path}`, { method }))
}

const where = (test: (recorded: Recorded) => boolean) => recordings.filter(([, recorded]) => test(recorded))
const answered = (pattern: RegExp) =>
  where(
    ({ request, response }) => response.status === 200 && pattern.test(`${request.method} ${request.path}`),
  )

describe('every recorded answer', () => {
  it.each(answered(/^GET \/api\/queue\/info$/))('%s is read as a queue', async (_, recorded) => {
    const queue = (await ask(recorded)) as Awaited<ReturnType<ReturnType<typeof newServer>['readQueue']>>
    const raw = recorded.response.json as Record<'pending' | 'waiting_on_deps' | 'running', WireTask[]> & {
      paused: boolean
      stats: Record<string, number>
    }
    const ids = (state: string) => queue.tasks.filter((task) => task.state === state).map((task) => task.id)
    const rawIds = (list: WireTask[]) => list.map((task) => task.id)
    expect(ids('pending')).toEqual(rawIds(raw.pending))
    expect(ids('waiting')).toEqual(rawIds(raw.waiting_on_deps))
    expect(ids('running')).toEqual(rawIds(raw.running))
    expect(queue.paused).toBe(raw.paused)
    expect(queue.pollingSlots).toBe(raw.stats['worker_count'])
    for (const task of queue.tasks) {
      const rawTask = [...raw.pending, ...raw.waiting_on_deps, ...raw.running].find(
        ({ id }) => id === task.id,
      )
      expect(task.agentId ?? '0').toBe(String(rawTask?.agent_id))
      expect(task.createdAt).toBe((rawTask?.created ?? 0) * 1000)
      expect(task.title).toMatch(/^\w+\/\w+#\d+ \S+$/)
    }
  })

  it.each(answered(/^GET .*\/agents$/))('%s is read as a list of agents', async (_, recorded) => {
    const agents = (await ask(recorded)) as readonly Agent[]
    const raw = (recorded.response.json ?? []) as WireAgent[]
    expect(agents.map((agent) => [agent.id, agent.name, agent.cordoned, agent.capacity])).toEqual(
      raw.map((agent) => [String(agent.id), agent.name, agent.no_schedule, agent.capacity]),
    )
    for (const [index, agent] of agents.entries()) {
      expect(agent.labels === undefined).toBe(raw[index]?.last_contact === 0)
      expect(JSON.stringify(agent)).not.toContain(raw[index]?.token)
    }
  })

  it.each(answered(/^POST .*\/agents$/))('%s is read as a record that was made', async (_, recorded) => {
    const raw = recorded.response.json as WireAgent
    expect(await ask(recorded)).toMatchObject({
      agent: { id: String(raw.id), cordoned: raw.no_schedule },
      environment: { WOODPECKER_AGENT_SECRET: raw.token },
      image: 'docker.io/woodpeckerci/woodpecker-agent:next',
    })
  })

  it.each(answered(/^(GET|PATCH) .*\/agents\/\d+$/))('%s is read as an agent', async (_, recorded) => {
    const { id, updated, no_schedule: cordoned } = recorded.response.json as WireAgent
    expect(await ask(recorded)).toMatchObject({ id: String(id), updatedAt: updated * 1000, cordoned })
  })

  it.each(answered(/\/tasks$/))('%s tells whether the agent is busy', async (_, recorded) => {
    expect(await ask(recorded)).toBe(recorded.response.json !== null)
  })

  it.each(answered(/\/(version|user)$/))('%s is read by the check', async (name, recorded) => {
    const login = name === 'user_non_admin.json' ? 'dev' : 'admin'
    expect(await ask(recorded)).toEqual({ version: 'dev', user: login, admin: login === 'admin' })
  })

  it.each(where(({ response }) => response.status === 204))(
    '%s is a success without words',
    async (_, recorded) => {
      const answer = await ask(recorded)
      expect(answer instanceof Response ? answer.status : answer).toBe(
        answer instanceof Response ? 204 : 'deleted',
      )
    },
  )

  it.each(where(({ response }) => response.status === 404))('%s means gone', async (_, recorded) => {
    const { method, path } = recorded.request
    // The tasks of an agent whose record is still there.
    const isDelete = method === 'DELETE'
    expect(await ask(recorded), path).toBe(isDelete ? 'already-gone' : undefined)
  })

  it.each(where(({ response }) => response.status === 409))('%s means busy', async (_, recorded) => {
    expect(await ask(recorded)).toBe('busy')
  })

  it.each([
    [400, 'rejected', undefined],
    [401, 'auth', 'WOODPECKER_TOKEN'],
    [403, 'auth', 'no admin'],
    [500, 'queue-needs-agent', 'pipeline not found'],
  ] as const)('a %d is refused as %s', async (status, kind, words) => {
    const refused = where(({ response }) => response.status === status)
    expect(refused.length).toBeGreaterThan(0)
    for (const [name, recorded] of refused) {
      const failure = (await failureOf(ask(recorded))) as Error
      expect(failure, name).toMatchObject({ kind, mayHaveActed: false })
      expect(failure.message, name).toContain(words ?? `${status}`)
    }
  })

  it('of an unknown path, a web page, is no answer', async () => {
    const [[, recorded]] = where(({ request }) => request.path.includes('/no/such/')) as [[string, Recorded]]
    const { status, headers } = recorded.response
    const { fetch } = scriptedFetch({
      'GET /api/queue/info': () => new Response(recorded.response.text ?? '', { status, headers }),
    })
    expect(await failureOf(newServer({ fetch }).readQueue(call()))).toMatchObject({
      kind: 'unexpected-answer',
      message: expect.stringContaining('GET /api/queue/info: expected JSON, but 200 text/html came'),
    })
  })

  it('of a finished pipeline is read as work that has ended', async () => {
    const [[, recorded]] = where(({ request }) => request.path === '/api/repos/1/pipelines/1') as [
      [string, Recorded],
    ]
    const { fetch } = scriptedFetch({
      'GET /api/pipelines': () => json([{ id: 1, number: 1, repo_id: 1, status: 'running' }]),
      'GET /api/repos/1/pipelines/1': () => json(recorded.response.json),
    })
    const work = await newServer({ fetch }).readWork([], call())
    expect(work).toEqual({ workingAgentIds: new Set(), runningTaskIds: new Set() })
  })

  it('is asked for above: none is left out', () => {
    const kinds = [
      answered(/^GET \/api\/queue\/info$/),
      answered(/^GET .*\/agents$/),
      answered(/^POST .*\/agents$/),
      answered(/^(GET|PATCH) .*\/agents\/\d+$/),
      answered(/\/tasks$/),
      answered(/\/(version|user)$/),
      where(({ response }) => [204, 404, 409, 400, 401, 403, 500].includes(response.status)),
      where(
        ({ request }) => request.path.includes('/no/such/') || request.path === '/api/repos/1/pipelines/1',
      ),
    ]
    expect(new Set(kinds.flat().map(([name]) => name)).size).toBe(recordings.length)
  })
})
