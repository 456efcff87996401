import type { CallOptions } from '@woodpeckers/autoscaler-core'
import type { Client } from 'openapi-fetch'
import type { paths } from './api.generated.ts'
import type { Answered, Asking } from './asking.ts'
import type { Listed, WirePastPipeline, WirePipeline, WireRepo } from './schemas.ts'
import * as schemas from './schemas.ts'

/** What the server still knows of the past. `undefined` = 404: gone, or not for this user. */
export interface HistoryEndpoints {
  repoPage(page: number, call: CallOptions): Promise<Answered<Listed<WireRepo>>>
  repoNamed(name: string, call: CallOptions): Promise<Answered<WireRepo> | undefined>
  pipelinePage(
    repoId: number,
    page: number,
    call: CallOptions,
  ): Promise<Answered<Listed<WirePastPipeline>> | undefined>
  pipeline(repoId: number, number: number, call: CallOptions): Promise<Answered<WirePipeline> | undefined>
}

const PER_PAGE = 50

export function historyEndpoints(client: Client<paths>, { ask, must }: Asking): HistoryEndpoints {
  const asText = { parseAs: 'text' } as const

  return {
    repoPage: (page, { signal }) => {
      const params = { query: { page, perPage: PER_PAGE } }
      const sent = client.GET('/api/repos', { ...asText, signal, params })
      return must(`GET /api/repos?page=${page}`, schemas.repoPageSchema, sent)
    },

    repoNamed: (name, { signal }) => {
      const inUrl = name.split('/').map(encodeURIComponent).join('/')
      const sent = client.GET('/api/repos/lookup/{repo_full_name}', {
        ...asText,
        signal,
        params: { path: { repo_full_name: name } },
        // Slashes stay.
        pathSerializer: (pathname) => pathname.replace('{repo_full_name}', () => inUrl),
      })
      return ask(`GET /api/repos/lookup/${inUrl}`, schemas.repoSchema, sent)
    },

    pipelinePage: (repoId, page, { signal }) => {
      const params = { path: { repo_id: repoId }, query: { page, perPage: PER_PAGE } }
      const sent = client.GET('/api/repos/{repo_id}/pipelines', { ...asText, signal, params })
      return ask(`GET /api/repos/${repoId}/pipelines?page=${page}`, schemas.pastPipelinesSchema, sent)
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
  }
}
