import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { activePipelines, pipelineView } from '../pipeline-view.ts'
import { runningTasksOf } from '../queue-info.ts'
import { Refusal } from '../refusal.ts'
import type { PipelineRow } from '../rows.ts'
import type { User } from '../settings.ts'
import { parseAgentBody } from './agent-body.ts'
import { type Answer, json, noContent, text } from './answer.ts'

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly user: User | undefined
  readonly body: string
  readonly contentType: string | undefined
  /** As many rows as a page may have; 50 at a real server. */
  readonly longestPage: number
}

type Who = 'anyone' | 'user' | 'admin'
type Handler = (
  server: EmulatedWoodpecker,
  ids: readonly number[],
  request: ApiRequest,
) => Answer | Promise<Answer>

/** `:id` stands for a number; anything else there is refused. */
const routes: readonly (readonly [method: string, path: string, who: Who, handler: Handler])[] = [
  ['GET', '/version', 'anyone', (server) => json({ source: SOURCE, version: server.settings.version })],
  ['GET', '/healthz', 'anyone', () => noContent],
  ['GET', '/api/user', 'user', (_server, _ids, { user }) => json(userView(user!))],
  ['GET', '/api/queue/info', 'admin', (server) => json(server.info())],
  ['POST', '/api/queue/pause', 'admin', (server) => done(() => server.pause())],
  ['POST', '/api/queue/resume', 'admin', (server) => done(() => server.resume())],
  ['GET', '/api/agents', 'admin', (server, _ids, request) => page(server.records.list(), request)],
  ['POST', '/api/agents', 'admin', (server, _ids, request) => createAgent(server, request, -1)],
  ['GET', '/api/agents/:id', 'admin', (server, [id]) => json(server.records.get(id!))],
  ['PATCH', '/api/agents/:id', 'admin', (server, [id], request) => patchAgent(server, id!, request)],
  ['DELETE', '/api/agents/:id', 'admin', (server, [id]) => done(() => server.records.delete(id!))],
  ['GET', '/api/agents/:id/tasks', 'admin', (server, [id]) => agentTasks(server, id!)],
  [
    'GET',
    '/api/orgs/:id/agents',
    'admin',
    (server, [org], request) => page(server.records.list(org), request),
  ],
  ['POST', '/api/orgs/:id/agents', 'admin', (server, [org], request) => createAgent(server, request, org!)],
  [
    'PATCH',
    '/api/orgs/:id/agents/:id',
    'admin',
    (server, [org, id], request) => {
      ofOrg(server, org!, id!)
      return patchAgent(server, id!, request)
    },
  ],
  [
    'DELETE',
    '/api/orgs/:id/agents/:id',
    'admin',
    (server, [org, id]) => {
      ofOrg(server, org!, id!)
      return done(() => server.records.delete(id!))
    },
  ],
  ['GET', '/api/pipelines', 'admin', (server) => json(activePipelines(server.database))],
  [
    'GET',
    '/api/repos/:id/pipelines',
    'anyone',
    (server, [repo], request) =>
      page(
        pipelinesOf(server, repo!).map((pipeline) => viewOf(server, pipeline)),
        request,
      ),
  ],
  [
    'GET',
    '/api/repos/:id/pipelines/:id',
    'anyone',
    (server, [repo, number]) => json(viewOf(server, findPipeline(server, repo!, number!))),
  ],
  [
    'POST',
    '/api/repos/:id/pipelines/:id/cancel',
    'user',
    (server, [repo, number]) => {
      const pipeline = findPipeline(server, repo!, number!)
      return server.pipelines.cancel(pipeline)
        ? noContent
        : text(400, 'Cannot cancel a pipeline that has ended')
    },
  ],
]

/** Answers a request of the API; `undefined`: there is no such path. Throws `Refusal`. */
export async function answerApi(
  server: EmulatedWoodpecker,
  request: ApiRequest,
): Promise<Answer | undefined> {
  for (const [method, pattern, who, handler] of routes) {
    if (method !== request.method) continue
    const ids = match(pattern, request.path)
    if (!ids) continue
    authorize(who, request.user)
    if (ids.some((id) => !Number.isInteger(id))) throw new Refusal(400)
    return await handler(server, ids, request)
  }
  return undefined
}

const SOURCE = 'https://github.com/woodpecker-ci/woodpecker'

function match(pattern: string, path: string): number[] | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const ids: number[] = []
  for (const [index, part] of wanted.entries()) {
    if (part === ':id') ids.push(Number(given[index]))
    else if (part !== given[index]) return undefined
  }
  return ids
}

function authorize(who: Who, user: User | undefined): void {
  if (who === 'anyone') return
  if (!user) throw new Refusal(401, 'User not authorized')
  if (who === 'admin' && !user.admin) throw new Refusal(403, 'User not authorized')
}

/** A bad or too large size silently becomes the largest there is, and an empty page is `null`. */
function page(rows: readonly unknown[], { query, longestPage }: ApiRequest): Answer {
  const asked = Number(query.get('perPage') ?? longestPage)
  const size = Number.isInteger(asked) && asked > 0 && asked <= longestPage ? asked : longestPage
  const number = Math.max(Number(query.get('page') ?? 1) || 1, 1)
  const shown = rows.slice((number - 1) * size, number * size)
  return json(shown.length > 0 ? shown : null)
}

function done(act: () => void): Answer {
  act()
  return noContent
}

function createAgent(server: EmulatedWoodpecker, request: ApiRequest, orgId: number): Answer {
  const fields = parseAgentBody(request.body, request.contentType)
  return json(server.records.create(fields, request.user!.id, orgId))
}

async function patchAgent(server: EmulatedWoodpecker, id: number, request: ApiRequest): Promise<Answer> {
  let fields: ReturnType<typeof parseAgentBody>
  try {
    fields = parseAgentBody(request.body, request.contentType)
  } catch {
    // Unlike POST it does not say what is wrong.
    throw new Refusal(400)
  }
  return json(await server.records.patch(id, fields))
}

function agentTasks(server: EmulatedWoodpecker, id: number): Answer {
  server.records.get(id)
  return json(runningTasksOf(server.queue, id))
}

function ofOrg(server: EmulatedWoodpecker, orgId: number, agentId: number): void {
  if (server.database.agents.get(agentId)?.org_id !== orgId) throw new Refusal(404, 'Agent not found')
}

function pipelinesOf(server: EmulatedWoodpecker, repoId: number): PipelineRow[] {
  return [...server.database.pipelines.values()].filter((row) => row.repoId === repoId).reverse()
}

function findPipeline(server: EmulatedWoodpecker, repoId: number, number: number): PipelineRow {
  const found = pipelinesOf(server, repoId).find((row) => row.number === number)
  if (!found) throw new Refusal(404)
  return found
}

function viewOf(server: EmulatedWoodpecker, pipeline: PipelineRow): object {
  const repo = server.database.repos.get(pipeline.repoId)
  if (!repo) throw new Refusal(404)
  return pipelineView(pipeline, repo, server.settings.version)
}

function userView({ id, login, admin }: User): object {
  return {
    id,
    forge_id: 1,
    forge_remote_id: String(100 + id),
    login,
    email: `${login}@example.invalid`,
    avatar_url: 'http://forge.invalid',
    ...(admin ? { admin } : {}),
    org_id: id,
  }
}
