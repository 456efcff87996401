import {
  AuthError,
  isNameOfPool,
  OfferingUnavailable,
  type OutsideError,
  type Provider,
  type ProviderContext,
  QuotaExceeded,
  Rejected,
  Transient,
} from '@woodpeckers/autoscaler-core'
import type { InProcessFetch } from '@woodpeckers/autoscaler-emulators'
import { createExchange, parseAnswer, type Refusal, rateLimited } from '@woodpeckers/autoscaler-http'
import { z } from 'zod'
import { PLAIN_TOKEN } from './plain-front.ts'

const DEADLINE_MS = 10_000

const machines = z.array(
  z.object({
    name: z.string(),
    createdAt: z.number(),
    state: z.enum(['starting', 'running', 'stopped']),
    offering: z.string(),
  }),
)

/** The small cloud as a provider; it knows how to stop machines, and may list names alone. */
export function createPlainProvider(
  { pool, clock, random, log }: Omit<ProviderContext<unknown>, 'options'>,
  fetch: InProcessFetch,
  offerings: readonly string[],
  listsFacts: boolean,
): Provider {
  const exchange = createExchange({
    fetch: fetch as never,
    token: PLAIN_TOKEN,
    clock,
    random,
    log,
    deadlineMs: DEADLINE_MS,
    refusalOf,
  })
  const ask = async (method: string, path: string, signal: AbortSignal, body?: object) => {
    const init = body === undefined ? { method, signal } : { method, signal, body: JSON.stringify(body) }
    const response = await exchange(new Request(`http://plain.invalid/machines${path}`, init))
    return { where: `${method} /machines`, response, text: await response.text() }
  }
  const list = async (signal: AbortSignal) =>
    parseAnswer(machines, await ask('GET', '', signal)).filter(({ name }) => isNameOfPool(name, pool.id))
  return {
    createIsIdempotent: true,
    billing: 'second',
    stoppingSaves: true,
    usesUserData: false,
    platform: { platform: 'linux/amd64', backend: 'docker' },
    deployAgent: async ({ name, environment, offering }, { signal }) =>
      void (await ask('POST', '', signal, { name, environment, offering })),
    removeAgent: async (name, { signal }) => void (await ask('DELETE', `/${name}`, signal)),
    listDeployedAgentNames: async ({ signal }) => (await list(signal)).map(({ name }) => name),
    ...(listsFacts ? { listDeployedAgents: ({ signal }) => list(signal) } : {}),
    offerings: async () => offerings.map((id) => ({ id })),
    startAgent: async (name, { signal }) => void (await ask('POST', `/${name}/start`, signal)),
    stopAgent: async (name, { signal }) => void (await ask('POST', `/${name}/stop`, signal)),
  }
}

function refusalOf(refusal: Refusal): OutsideError | undefined {
  const { status, where, method } = refusal
  if (status < 300) return undefined
  const said = `${where}: ${status}`
  switch (status) {
    case 401:
      return new AuthError(said)
    case 403:
      return new QuotaExceeded(said)
    case 409:
      return new OfferingUnavailable(said)
    case 429:
      return rateLimited(said, refusal)
    default:
      return status >= 500 ? new Transient(said, { mayHaveActed: method !== 'GET' }) : new Rejected(said)
  }
}
