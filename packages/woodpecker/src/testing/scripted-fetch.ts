import type { Fetch, FetchInit } from '@woodpeckers/autoscaler-http'
import type { WireAgent } from '../schemas.ts'

/** Answers by method and path (with its query); without a script for it: 404. */
export type Script = Readonly<Record<string, (init: FetchInit) => Response | Promise<Response>>>

export interface ScriptedFetch {
  readonly fetch: Fetch
  /** `GET /api/agents?page=1&perPage=50` and so on, in order. */
  readonly requests: string[]
}

/** A server of few words, without a network. */
export function scriptedFetch(script: Script): ScriptedFetch {
  const requests: string[] = []
  const fetch: Fetch = async (url, init) => {
    const { pathname, search } = new URL(url)
    const line = `${init.method} ${pathname}${search}`
    requests.push(line)
    const answer = script[line] ?? script[`${init.method} ${pathname}`]
    return answer ? answer(init) : new Response('', { status: 404 })
  }
  return { fetch, requests }
}

/** An answer in JSON, given at a fixed moment of the server's clock. */
export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(value), {
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}

export function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

/** A record as the server answers it; connected unless said otherwise. */
export function wireAgent(id: number, fields: Partial<WireAgent> = {}): WireAgent {
  return {
    id,
    created: 1_795_240_000,
    updated: 1_795_240_000,
    name: `pool-1-agent-n${id}`,
    org_id: -1,
    last_contact: 1_795_240_900,
    last_work: 0,
    platform: 'linux/amd64',
    backend: 'docker',
    capacity: 1,
    version: '3.17.0',
    no_schedule: false,
    custom_labels: null,
    token: `SECRETOFAGENT${id}SECRETOFAGENT${id}`,
    ...fields,
  }
}
