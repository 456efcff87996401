import type { EmulatedWoodpecker } from '../emulated-woodpecker.ts'
import { Refusal } from '../refusal.ts'
import { parseAgentBody } from './agent-body.ts'
import { type Answer, json, noContent } from './answer.ts'
import type { ApiRequest } from './route.ts'

/** A bad or too large size silently becomes the largest there is, and an empty page is `null`. */
export function page(rows: readonly unknown[], { query, longestPage }: ApiRequest): Answer {
  const asked = Number(query.get('perPage') ?? longestPage)
  const size = Number.isInteger(asked) && asked > 0 && asked <= longestPage ? asked : longestPage
  const number = Math.max(Number(query.get('page') ?? 1) || 1, 1)
  const shown = rows.slice((number - 1) * size, number * size)
  return json(shown.length > 0 ? shown : null)
}

export function done(act: () => void): Answer {
  act()
  return noContent
}

/** `orgId`: -1 = for all. */
export function createAgent(server: EmulatedWoodpecker, request: ApiRequest, orgId: number): Answer {
  const fields = parseAgentBody(request.body, request.contentType)
  return json(server.records.create(fields, request.user!.id, orgId))
}

export async function patchAgent(
  server: EmulatedWoodpecker,
  id: number,
  request: ApiRequest,
): Promise<Answer> {
  let fields: ReturnType<typeof parseAgentBody>
  try {
    fields = parseAgentBody(request.body, request.contentType)
  } catch {
    // Unlike POST it does not say what is wrong.
    throw new Refusal(400)
  }
  return json(await server.records.patch(id, fields))
}
