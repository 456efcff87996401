import type { Database } from './database.ts'
import type { ServerSettings, User } from './settings.ts'

/** An organisation as the API shows it; each user is one too. */
export interface OrgView {
  readonly id: number
  readonly forge_id: number
  readonly name: string
  readonly is_user: boolean
}

type Known = { readonly database: Database; readonly settings: ServerSettings }

/** The server knows one from its first repository on. */
export function organisationsOf({ database, settings }: Known): OrgView[] {
  const users = settings.users.map(({ id, login }) => ({ id, forge_id: 1, name: login, is_user: true }))
  const owners = new Map([...database.repos.values()].map(({ orgId, owner }) => [orgId, owner]))
  const others = [...owners].map(([id, name]) => ({ id, forge_id: 1, name, is_user: false }))
  return [...users, ...others]
}

/** Capitals do not matter. */
export function organisationNamed(server: Known, name: string): OrgView | undefined {
  return organisationsOf(server).find((org) => org.name.toLowerCase() === name.toLowerCase())
}

/** Server admins are admins of all of them, also of those that are not there. */
export function isOrgAdmin(server: Known, user: User, orgId: number): boolean {
  if (user.admin) return true
  const name = organisationsOf(server).find(({ id }) => id === orgId)?.name
  return name !== undefined && (name === user.login || (user.orgAdminOf ?? []).includes(name))
}
