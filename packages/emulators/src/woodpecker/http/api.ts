import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { isOrgAdmin } from '../organisations.ts'
import { activePipelines, pipelineView, repoView } from '../pipeline-view.ts'
import { runningTasksOf } from '../queue-info.ts'
import { Refusal } from '../refusal.ts'
import type { PipelineRow } from '../rows.ts'
import type { User } from '../settings.ts'
import { createAgent, done, page, patchAgent } from './agent-answers.ts'
import { type Answer, json, noContent, text } from './answer.ts'
import { orgRoutes } from './org-routes.ts'
import type { ApiRequest, Route, Who } from './route.ts'

const REPO_LOOKUP = '/api/repos/lookup/'

const routes: readonly Route[] = [
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
  ...orgRoutes,
  ['GET', '/api/pipelines', 'admin', (server) => json(activePipelines(server.database))],
  ['GET', '/api/user/repos', 'user', (server, _ids, { user }) => json(reposSeenBy(server, user!))],
  ['GET', '/api/repos', 'admin', (server, _ids, request) => page(reposOf(server), request)],
  ['GET', `${REPO_LOOKUP}*`, 'user', (server, _ids, { path }) => json(repoNamed(server, path))],
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
    authorize(server, who, request.user, ids)
    if (ids.some((id) => !Number.isInteger(id))) throw new Refusal(400)
    return await handler(server, ids, request)
  }
  return undefined
}

const SOURCE = 'https://github.com/woodpecker-ci/woodpecker'

function match(pattern: string, path: string): number[] | undefined {
  if (pattern.endsWith('/*')) return path.startsWith(pattern.slice(0, -1)) ? [] : undefined
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

function authorize(
  server: EmulatedWoodpecker,
  who: Who,
  user: User | undefined,
  [first = 0]: readonly number[],
): void {
  if (who === 'anyone') return
  if (!user) throw new Refusal(401, 'User not authorized')
  const may = who === 'org-admin' ? isOrgAdmin(server, user, first) : who === 'user' || user.admin
  if (!may) throw new Refusal(403, 'User not authorized')
}

function agentTasks(server: EmulatedWoodpecker, id: number): Answer {
  server.records.get(id)
  return json(runningTasksOf(server.queue, id))
}

function reposOf(server: EmulatedWoodpecker): object[] {
  return [...server.database.repos.values()].map(repoView)
}

function reposSeenBy(server: EmulatedWoodpecker, { login }: User): object[] {
  const seen = [...server.database.repos.values()].filter(
    ({ visibility, members }) => visibility === 'public' || members.includes(login),
  )
  return seen.map(repoView)
}

function repoNamed(server: EmulatedWoodpecker, path: string): object {
  const name = decodeURIComponent(path.slice(REPO_LOOKUP.length))
  const repo = [...server.database.repos.values()].find((row) => `${row.owner}/${row.name}` === name)
  if (!repo) throw new Refusal(404)
  return repoView(repo)
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
