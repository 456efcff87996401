import * as autoscaler from '@woodpeckers/autoscaler-core'
import { z } from 'zod'

const listPage = z.object({
  servers: z.array(z.object({ name: z.string(), createdAt: z.iso.datetime() })),
  nextPage: z.int().nullable(),
})

/** Machines of Tinycloud, a cloud that does not exist: three requests, and errors by what to do next. */
export default autoscaler.defineProvider({
  name: 'tinycloud',
  options: z.object({
    token: autoscaler.secret().describe('API token of the project'),
    url: z.url().default('https://api.tinycloud.example').describe('Where the API is'),
    plan: z.string().default('small').describe('Size of each machine'),
  }),
  create({ options, pool }) {
    async function request(method: string, path: string, signal: AbortSignal, body?: object) {
      const headers = { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' }
      return await fetch(new URL(path, options.url), {
        method,
        signal,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      })
    }

    async function list(signal: AbortSignal) {
      const machines: autoscaler.Machine[] = []
      for (let next: number | null = 1; next !== null; ) {
        const answer = await request('GET', `/servers?prefix=${pool.namePrefix}&page=${next}`, signal)
        if (!answer.ok) throw await failure(answer)
        const { servers, nextPage } = listPage.parse(await answer.json())
        for (const { name, createdAt } of servers) {
          machines.push({ name, createdAt: Date.parse(createdAt), state: 'unknown' })
        }
        next = nextPage
      }
      // The prefix alone is too much: pool-1-agent-b-agent-c is of another pool than 1.
      return machines.filter(({ name }) => autoscaler.isNameOfPool(name, pool.id))
    }

    return {
      async deployAgent({ name, userData }, { signal }) {
        const answer = await request('POST', '/servers', signal, { name, plan: options.plan, userData })
        // 409: the name is taken, by the machine of an earlier call whose answer was lost.
        if (!answer.ok && answer.status !== 409) throw await failure(answer)
      },
      async removeAgent(name, { signal }) {
        if (!autoscaler.isNameOfPool(name, pool.id)) throw new autoscaler.Rejected(`${name} is not ours`)
        const answer = await request('DELETE', `/servers/${name}`, signal)
        if (!answer.ok && answer.status !== 404) throw await failure(answer)
      },
      listDeployedAgentNames: async ({ signal }) => (await list(signal)).map(({ name }) => name),
      // Optional: with it, the autoscaler knows how old a machine is even after its own restart.
      listDeployedAgents: async ({ signal }) => await list(signal),
    }
  },
})

async function failure(answer: Response): Promise<Error> {
  const message = `Tinycloud answered ${answer.status}: ${await answer.text()}`
  const retryAfterMs = 1_000 * Number(answer.headers.get('retry-after') ?? 10)
  if (answer.status === 401 || answer.status === 403) return new autoscaler.AuthError(message)
  if (answer.status === 402) return new autoscaler.QuotaExceeded(message)
  if (answer.status === 429) return new autoscaler.RateLimited(message, { retryAfterMs })
  if (answer.status < 500) return new autoscaler.Rejected(message)
  return new autoscaler.Transient(message, { mayHaveActed: true })
}
