import type { CallOptions, Clock } from '@woodpeckers/autoscaler-core'
import createClient from 'openapi-fetch'
import type { paths } from './api.generated.ts'
import { type Answered, createAsking } from './asking.ts'
import { type OrganisationEndpoints, organisationEndpoints } from './organisation-endpoints.ts'
import type {
  AgentSettings,
  Listed,
  WireActivePipeline,
  WireAgent,
  WirePipeline,
  WireQueue,
  WireUser,
} from './schemas.ts'
import * as schemas from './schemas.ts'
import { refuseOldVersion } from './supported-version.ts'

/** One function for each endpoint in use; `undefined` = 404, gone. */
export interface Endpoints extends OrganisationEndpoints {
  queue(call: CallOptions): Promise<Answered<WireQueue>>
  agentPage(page: number, call: CallOptions): Promise<Answered<Listed<WireAgent>>>
  /** For all organisations. */
  createAgent(settings: AgentSettings, call: CallOptions): Promise<Answered<WireAgent>>
  agent(id: number, call: CallOptions): Promise<Answered<WireAgent> | undefined>
  updateAgent(
    id: number,
    settings: AgentSettings,
    call: CallOptions,
  ): Promise<Answered<WireAgent> | undefined>
  deleteAgent(id: number, call: CallOptions): Promise<'deleted' | 'already-gone' | 'busy'>
  agentTasks(id: number, call: CallOptions): Promise<Answered<Listed<{ readonly id: string }>> | undefined>
  activePipelines(call: CallOptions): Promise<Answered<Listed<WireActivePipeline>>>
  pipeline(repoId: number, number: number, call: CallOptions): Promise<Answered<WirePipeline> | undefined>
  user(call: CallOptions): Promise<Answered<WireUser>>
  version(call: CallOptions): Promise<string>
  /** The version in the head of the latest answer: no request. */
  versionSeen(): string | undefined
}

/** The most that the server puts on a page: what asks for more gets this many. */
const PER_PAGE = 50

export function createEndpoints(
  baseUrl: string,
  clock: Clock,
  exchange: (request: Request) => Promise<Response>,
): Endpoints {
  const client = createClient<paths>({ baseUrl, fetch: exchange })
  const asking = createAsking(clock)
  const { ask, must, versionSeen } = asking
  const asText = { parseAs: 'text' } as const

  return {
    queue: ({ signal }) =>
      must('GET /api/queue/info', schemas.queueSchema, client.GET('/api/queue/info', { ...asText, signal })),

    agentPage: (page, { signal }) => {
      const query = { page, perPage: PER_PAGE }
      const sent = client.GET('/api/agents', { ...asText, signal, params: { query } })
      return must(`GET /api/agents?page=${page}`, schemas.agentPageSchema, sent)
    },

    createAgent: (body, { signal }) =>
      must('POST /api/agents', schemas.agentSchema, client.POST('/api/agents', { ...asText, signal, body })),

    agent: (id, { signal }) => {
      const sent = client.GET('/api/agents/{agent_id}', { ...asText, signal, ...agentPath(id) })
      return ask(`GET /api/agents/${id}`, schemas.agentSchema, sent)
    },

    updateAgent: (id, body, { signal }) => {
      const sent = client.PATCH('/api/agents/{agent_id}', { ...asText, signal, ...agentPath(id), body })
      return ask(`PATCH /api/agents/${id}`, schemas.agentSchema, sent)
    },

    deleteAgent: async (id, { signal }) => {
      const { response } = await client.DELETE('/api/agents/{agent_id}', {
        ...asText,
        signal,
        ...agentPath(id),
      })
      if (response.status === 404) return 'already-gone'
      return response.status === 409 ? 'busy' : 'deleted'
    },

    agentTasks: (id, { signal }) => {
      const sent = client.GET('/api/agents/{agent_id}/tasks', { ...asText, signal, ...agentPath(id) })
      return ask(`GET /api/agents/${id}/tasks`, schemas.agentTasksSchema, sent)
    },

    activePipelines: ({ signal }) => {
      const sent = client.GET('/api/pipelines', { ...asText, signal })
      return must('GET /api/pipelines', schemas.activePipelinesSchema, sent)
    },

    pipeline: (repoId, number, { signal }) => {
      const path = { repo_id: repoId, pipeline_number: number }
      const sent = client.GET('/api/repos/{repo_id}/pipelines/{pipeline_number}', {
        ...asText,
        signal,
        params: { path },
      })
      return ask(`GET /api/repos/${repoId}/pipelines/${number}`, schemas.pipelineSchema, sent)
    },

    user: ({ signal }) =>
      must('GET /api/user', schemas.userSchema, client.GET('/api/user', { ...asText, signal })),

    version: async ({ signal }) => {
      const sent = client.GET('/version', { ...asText, signal })
      const { version } = (await must('GET /version', schemas.versionSchema, sent)).value
      refuseOldVersion(version)
      return version
    },

    versionSeen,

    ...organisationEndpoints(client, asking),
  }
}

function agentPath(agentId: number): { params: { path: { agent_id: number } } } {
  return { params: { path: { agent_id: agentId } } }
}
