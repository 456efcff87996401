import type { CallOptions } from '@woodpeckers/autoscaler-core'
import { type Connections, createExchange, openConnections } from '@woodpeckers/autoscaler-http'
import createClient from 'openapi-fetch'
import type { paths } from './api.generated.ts'
import { createAsking } from './asking.ts'
import { historyEndpoints } from './history-endpoints.ts'
import { refusalOf } from './http/refusal.ts'
import { baseUrlOf, DEFAULT_DEADLINE_MS, type WoodpeckerOptions } from './options.ts'
import type { WirePastPipeline } from './schemas.ts'

/** A repository that pipelines are of. */
export interface Repository {
  readonly id: number
  /** `owner/name` */
  readonly name: string
  /** `undefined`: the server does not say. */
  readonly organisation: number | undefined
}

/** A workflow that has run. */
export interface PastJob {
  /** Of its task in the queue. */
  readonly id: string
  /** When it was asked for, and from when to when it ran: by the server's clock, to the second. */
  readonly createdAt: number
  readonly startedAt: number
  readonly endedAt: number
}

/** Which workflows ran in the past, read from the server's database. Read-only; one request at a time is enough. */
export interface PipelineHistory {
  /** All of them (the token must be an admin's), page after page. */
  repositories(call: CallOptions): Promise<readonly Repository[]>
  /** `undefined`: there is none of that name, or it is not for this user. */
  repository(name: string, call: CallOptions): Promise<Repository | undefined>
  /** Numbers of its pipelines that were asked for since then, the newest first. */
  pipelinesSince(repo: Repository, sinceAt: number, call: CallOptions): Promise<readonly PastPipeline[]>
  /** Those of its workflows that have begun and ended. */
  jobs(repo: Repository, pipeline: PastPipeline, call: CallOptions): Promise<readonly PastJob[]>
  close(): Promise<void>
}

export interface PastPipeline {
  readonly number: number
  /** When it could begin: when it was asked for, or approved. */
  readonly createdAt: number
}

export type HistoryOptions = Omit<WoodpeckerOptions, 'grpcAddr' | 'grpcSecure'>

/** Throws a `TypeError` for a URL that cannot be a server's; nothing is asked yet. Reads are repeated twice within their deadline. */
export function createPipelineHistory(options: HistoryOptions): PipelineHistory {
  const { token, clock, random, log, deadlineMs = DEFAULT_DEADLINE_MS } = options
  const baseUrl = baseUrlOf(options.url)
  const connections: Connections = options.fetch
    ? { fetch: options.fetch, close: async () => {} }
    : openConnections()
  const exchange = createExchange({
    fetch: connections.fetch,
    token,
    clock,
    random,
    log,
    deadlineMs,
    refusalOf,
    repeatable: new Set(['GET']),
    keptHeaders: ['date', 'x-woodpecker-version'],
  })
  const client = createClient<paths>({ baseUrl, fetch: exchange })
  const endpoints = historyEndpoints(client, createAsking(clock))

  return {
    async repositories(call) {
      const all = await everyPage(
        (page) => endpoints.repoPage(page, call),
        () => false,
      )
      return all.map(repositoryOf)
    },

    async repository(name, call) {
      const found = await endpoints.repoNamed(name, call)
      return found && repositoryOf(found.value)
    },

    async pipelinesSince({ id }, sinceAt, call) {
      const isOld = (pipeline: WirePastPipeline) => pipeline.created * 1000 < sinceAt
      // The newest come first.
      const all = await everyPage((page) => endpoints.pipelinePage(id, page, call), isOld)
      return all
        .filter((pipeline) => !isOld(pipeline))
        .map(({ number, created, reviewed = 0 }) => ({
          number,
          createdAt: Math.max(created, reviewed) * 1000,
        }))
    },

    async jobs({ id: repoId }, { number, createdAt }, call) {
      const found = await endpoints.pipeline(repoId, number, call)
      return (found?.value.workflows ?? []).flatMap(({ id, started = 0, finished = 0 }) =>
        started > 0 && finished >= started
          ? [{ id: String(id), createdAt, startedAt: started * 1000, endedAt: finished * 1000 }]
          : [],
      )
    },

    close: () => connections.close(),
  }
}

function repositoryOf(wire: { id: number; full_name: string; org_id?: number }): Repository {
  return { id: wire.id, name: wire.full_name, organisation: wire.org_id }
}

/** Until an empty page, one whose last item is enough, or one that was there already: new ones push others down. */
async function everyPage<T extends object>(
  read: (page: number) => Promise<{ readonly value: readonly T[] | null } | undefined>,
  isEnough: (last: T) => boolean,
): Promise<readonly T[]> {
  const byKey = new Map<string, T>()
  for (let page = 1; ; page++) {
    const items = (await read(page))?.value ?? []
    const before = byKey.size
    for (const item of items) byKey.set(JSON.stringify(item), item)
    const last = items.at(-1)
    if (!last || byKey.size === before || isEnough(last)) return [...byKey.values()]
  }
}
