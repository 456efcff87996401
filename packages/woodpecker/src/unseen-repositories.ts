import type { CallOptions } from '@woodpeckers/autoscaler-core'
import { parseAnswer } from '@woodpeckers/autoscaler-http'
import { z } from 'zod'

type Exchange = (request: Request) => Promise<Response>

const repositories = z
  .array(
    z.object({
      id: z.int(),
      full_name: z.string(),
      visibility: z.string().optional(),
      private: z.boolean().optional(),
      active: z.boolean().optional(),
    }),
  )
  .nullable()

type Repository = NonNullable<z.output<typeof repositories>>[number]

const PER_PAGE = 50
/** 5,000 repositories: beyond them some may be missing from the answer. */
const MOST_PAGES = 100

/**
 * Returns the private repositories whose events the stream leaves out: it has public ones, and those that the token's
 * user may see at the forge, even for an admin of the server.
 */
export function createUnseenRepositories(
  baseUrl: string,
  exchange: Exchange,
): (call: CallOptions) => Promise<readonly string[]> {
  const read = async (path: string, { signal }: CallOptions): Promise<readonly Repository[]> => {
    const response = await exchange(new Request(`${baseUrl}${path}`, { signal }))
    return parseAnswer(repositories, { where: `GET ${path}`, response, text: await response.text() }) ?? []
  }
  return async (call) => {
    const hidden: Repository[] = []
    for (let page = 1; page <= MOST_PAGES; page++) {
      const some = await read(`/api/repos?page=${page}&perPage=${PER_PAGE}`, call)
      hidden.push(...some.filter(isPrivate))
      if (some.length < PER_PAGE) break
    }
    if (hidden.length === 0) return []
    const own = new Set((await read('/api/user/repos', call)).map(({ id }) => id))
    return hidden.filter(({ id }) => !own.has(id)).map(({ full_name: name }) => name)
  }
}

function isPrivate({ visibility, private: isHidden = false, active = true }: Repository): boolean {
  return active && (visibility === undefined ? isHidden : visibility !== 'public')
}
