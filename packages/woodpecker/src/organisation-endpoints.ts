import type { CallOptions } from '@woodpeckers/autoscaler-core'
import type { Client } from 'openapi-fetch'
import type { paths } from './api.generated.ts'
import type { Answered, Asking } from './asking.ts'
import type { AgentSettings, WireAgent, WireOrg } from './schemas.ts'
import * as schemas from './schemas.ts'

/** What is asked for of organisations; their agents are read, changed and deleted as all others. */
export interface OrganisationEndpoints {
  organisation(id: number, call: CallOptions): Promise<Answered<WireOrg> | undefined>
  organisationNamed(name: string, call: CallOptions): Promise<Answered<WireOrg> | undefined>
  /** Whether the server has agents of organisations at all: it can be told not to. */
  hasOrganisationsAgents(orgId: number, call: CallOptions): Promise<boolean>
  createOrganisationsAgent(
    orgId: number,
    settings: AgentSettings,
    call: CallOptions,
  ): Promise<Answered<WireAgent>>
}

const NONE_HINT = 'is WOODPECKER_DISABLE_USER_AGENT_REGISTRATION set at the server?'

export function organisationEndpoints(client: Client<paths>, { ask, must }: Asking): OrganisationEndpoints {
  const asText = { parseAs: 'text' } as const

  return {
    organisation: (id, { signal }) => {
      const sent = client.GET('/api/orgs/{org_id}', { ...asText, signal, ...pathOf(id) })
      return ask(`GET /api/orgs/${id}`, schemas.orgSchema, sent)
    },

    organisationNamed: (name, { signal }) => {
      // Slashes stay: a name can be that of a group within another.
      const inUrl = name.split('/').map(encodeURIComponent).join('/')
      const sent = client.GET('/api/orgs/lookup/{org_full_name}', {
        ...asText,
        signal,
        params: { path: { org_full_name: name } },
        pathSerializer: (pathname) => pathname.replace('{org_full_name}', () => inUrl),
      })
      return ask(`GET /api/orgs/lookup/${inUrl}`, schemas.orgSchema, sent)
    },

    hasOrganisationsAgents: async (orgId, { signal }) => {
      const { path } = pathOf(orgId).params
      const params = { path, query: { page: 1, perPage: 1 } }
      const sent = client.GET('/api/orgs/{org_id}/agents', { ...asText, signal, params })
      // What the server does not have is a page of its web UI.
      if ((await sent).response.headers.get('content-type')?.startsWith('text/html')) return false
      return (await ask(`GET /api/orgs/${orgId}/agents`, schemas.agentPageSchema, sent)) !== undefined
    },

    createOrganisationsAgent: (orgId, body, { signal }) => {
      const sent = client.POST('/api/orgs/{org_id}/agents', { ...asText, signal, ...pathOf(orgId), body })
      return must(`POST /api/orgs/${orgId}/agents`, schemas.agentSchema, sent, NONE_HINT)
    },
  }
}

function pathOf(orgId: number): { params: { path: { org_id: number } } } {
  return { params: { path: { org_id: orgId } } }
}
