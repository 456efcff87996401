import type { CallOptions, CiServer } from '@woodpeckers/autoscaler-core'
import { type Connections, createExchange, openConnections } from '@woodpeckers/autoscaler-http'
import { createAgentList } from './agent-list.ts'
import { agentOf, offerOf } from './agent-record.ts'
import { deleteAgent, setCordon } from './agent-writes.ts'
import { checkServer } from './check-server.ts'
import { createAgent } from './create-agent.ts'
import { Endings } from './endings.ts'
import { createEndpoints } from './endpoints.ts'
import { listen } from './events/listen.ts'
import { createOneAtATime } from './http/one-at-a-time.ts'
import { refusalOf } from './http/refusal.ts'
import { inspectAgent } from './inspect-agent.ts'
import { matching } from './matching.ts'
import { createNamesSeen } from './names-seen.ts'
import { baseUrlOf, DEFAULT_DEADLINE_MS, WORK_STAMP_LAG_MS, type WoodpeckerOptions } from './options.ts'
import { createFindOrganisation } from './organisations.ts'
import { queueOf } from './queue.ts'
import { refuseOldVersion } from './supported-version.ts'
import { createUnseenRepositories } from './unseen-repositories.ts'
import { createReadWork } from './work.ts'

/**
 * A Woodpecker server of the 3.x line as the engine's `CiServer`. Throws a `TypeError` for a URL that cannot
 * be a server's; no request is made before it is asked for something. Reads are repeated twice within their
 * deadline; writes go one at a time, and only PATCH is repeated, as it has the same effect twice.
 */
export function createWoodpeckerServer(options: WoodpeckerOptions): CiServer {
  const baseUrl = baseUrlOf(options.url)
  const { token, clock, random, log, deadlineMs = DEFAULT_DEADLINE_MS } = options
  const connections: Connections = options.fetch
    ? { fetch: options.fetch, close: async () => {} }
    : openConnections()
  const { fetch } = connections
  const exchange = createExchange({
    fetch,
    token,
    clock,
    random,
    log,
    deadlineMs,
    refusalOf: (refusal) => {
      // Not of a write: what it did must still be learned.
      if (refusal.method === 'GET') refuseOldVersion(refusal.headers.get('x-woodpecker-version'))
      return refusalOf(refusal)
    },
    // PATCH sets two fields: twice is once.
    repeatable: new Set(['GET', 'PATCH']),
    keptHeaders: ['date', 'x-woodpecker-version'],
  })
  const endpoints = createEndpoints(baseUrl, clock, exchange)
  const readList = createAgentList(endpoints)
  const names = createNamesSeen()
  const endings = new Endings(endpoints)
  const parts = { endpoints, readList, names, server: options, log }
  const writing = createOneAtATime()
  const closing = new AbortController()
  const write = <T>(call: CallOptions, work: () => Promise<T>) => writing(call.signal, work)

  return {
    matching,
    workStampLagMs: WORK_STAMP_LAG_MS,

    async readAgents(call) {
      const mark = names.mark()
      const { agents, serverNowAt } = await readList(call)
      names.replace(
        agents.map((agent) => agent.name),
        mark,
      )
      return { agents: agents.map(agentOf), serverNowAt }
    },
    async readQueue(call) {
      const queue = await endpoints.queue(call)
      endings.note(queue.value)
      return queueOf(queue)
    },
    readEndings: (taskIds, call) => endings.read(taskIds, call),
    readWork: createReadWork(endpoints),
    inspectAgent: (id, call) => inspectAgent(endpoints, id, call),

    offerOf,
    findScope: createFindOrganisation(endpoints),
    createAgent: (agent, call) => write(call, () => createAgent(parts, agent, call)),
    setCordon: (agent, cordoned, call) => write(call, () => setCordon(endpoints, agent, cordoned, call)),
    deleteAgent: (agent, call) => write(call, () => deleteAgent(endpoints, agent, call)),

    listen(onSignal, signal) {
      const url = `${baseUrl}/api/stream/events`
      const either = AbortSignal.any([signal, closing.signal])
      listen({ fetch, url, token, clock, random, log, deadlineMs }, onSignal, either).catch(
        (thrown: unknown) =>
          log.error({ error: String(thrown) }, 'no longer listening to the server: polling alone'),
      )
    },
    unseenRepositories: createUnseenRepositories(baseUrl, exchange),
    check: (call) => checkServer(endpoints, call),
    async close() {
      closing.abort()
      await connections.close()
    },
  }
}
