import { type AgentScope, AuthError, type CallOptions, type ScopeSearch } from '@woodpeckers/autoscaler-core'
import type { Endpoints } from './endpoints.ts'

type Asked = Pick<Endpoints, 'user' | 'organisation' | 'organisationNamed' | 'hasOrganisationsAgents'>

/**
 * Finds organisations by name or number (digits are always a number). One that was found is not asked for
 * again: its number stays. Throws `AuthError` for a token that is no server admin's: an organisation's admin
 * may make its agents, but sees neither the queue nor what an agent is at.
 */
export function createFindOrganisation(
  endpoints: Asked,
): (reference: string, call: CallOptions) => Promise<ScopeSearch> {
  const found = new Map<string, AgentScope>()
  return async (reference, call) => {
    const known = found.get(reference)
    if (known) return { ok: true, scope: known }
    const search = await find(endpoints, reference, call)
    if (search.ok) found.set(reference, search.scope)
    return search
  }
}

async function find(endpoints: Asked, reference: string, call: CallOptions): Promise<ScopeSearch> {
  const { login, admin = false } = (await endpoints.user(call)).value
  if (!admin) throw new AuthError(noServerAdmin(login, reference))
  const number = /^\d+$/.test(reference) ? Number(reference) : undefined
  const answered =
    number === undefined
      ? await endpoints.organisationNamed(reference, call)
      : await endpoints.organisation(number, call)
  const org = answered?.value
  // Where there is none of that number, an admin is shown one without name, of number 0.
  if (!org || org.id <= 0 || (number ?? org.id) !== org.id) return { ok: false, why: UNKNOWN }
  if (!(await endpoints.hasOrganisationsAgents(org.id, call))) return { ok: false, why: SWITCHED_OFF }
  return { ok: true, scope: { id: String(org.id), name: org.name } }
}

const UNKNOWN =
  'the server knows no such organisation; it knows one from its first enabled repository on, by its name at the forge, or by the number in the address of its page there, /orgs/<number>'

const SWITCHED_OFF =
  'the server has no agents of organisations; take WOODPECKER_DISABLE_USER_AGENT_REGISTRATION away from its settings'

function noServerAdmin(login: string, reference: string): string {
  return `the token is that of ${login}, who is no admin of the server; also an admin of the organisation ${reference} is not shown the queue, which alone says what work there is, and that an agent has none: use a server admin's token, with which agents still belong to the organisation alone`
}
