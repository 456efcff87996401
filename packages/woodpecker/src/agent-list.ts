import { type CallOptions, UnexpectedAnswer } from '@woodpeckers/autoscaler-core'
import type { Endpoints } from './endpoints.ts'
import type { WireAgent } from './schemas.ts'

/** Where a list that never ends is given up: 50,000 agents. */
const MOST_PAGES = 1000

export interface AgentList {
  readonly agents: readonly WireAgent[]
  /** The server's clock at the last page. */
  readonly serverNowAt: number
}

/** Reads every agent; remembers nothing but how many pages there were, to begin there the next time. */
export type ReadAgentList = (call: CallOptions) => Promise<AgentList>

/**
 * Pages are cut anew for each request, so an agent deleted meanwhile moves all later ones forward, and one
 * of them from a page not read yet to a page already read: it would look as if it were gone. So the end is
 * looked for first (a page with nothing on it), and then the pages are read from the last to the first. An
 * agent only ever moves towards the first page, against the reading, and cannot slip past it. New ones come
 * at the end, and need not be seen.
 */
export function createAgentList(endpoints: Pick<Endpoints, 'agentPage'>): ReadAgentList {
  let pagesBefore = 0
  return async (call) => {
    const end = await findEnd(endpoints, pagesBefore + 1, call)
    const agents = new Map<number, WireAgent>()
    let serverNowAt = end.serverNowAt
    let pages = 0
    for (let page = end.page - 1; page >= 1; page--) {
      const read = await endpoints.agentPage(page, call)
      serverNowAt = read.serverNowAt
      for (const agent of read.value ?? []) agents.set(agent.id, agent)
      if (pages === 0 && read.value?.length) pages = page
    }
    pagesBefore = pages
    return { agents: [...agents.values()].sort((a, b) => a.id - b.id), serverNowAt }
  }
}

/** The first page from `from` on that is empty. */
async function findEnd(
  endpoints: Pick<Endpoints, 'agentPage'>,
  from: number,
  call: CallOptions,
): Promise<{ page: number; serverNowAt: number }> {
  const seen = new Set<number>()
  for (let page = from; page < from + MOST_PAGES; page++) {
    const { value, serverNowAt } = await endpoints.agentPage(page, call)
    if (!value || value.length === 0) return { page, serverNowAt }
    // Going forward, an agent is never met twice; it is when the server (or a proxy's cache) ignores `page`.
    if (value.some((agent) => seen.has(agent.id))) {
      throw new UnexpectedAnswer(`GET /api/agents?page=${page}: agents of an earlier page came again`)
    }
    for (const agent of value) seen.add(agent.id)
  }
  throw new UnexpectedAnswer(`GET /api/agents: no end after ${MOST_PAGES} pages`)
}
