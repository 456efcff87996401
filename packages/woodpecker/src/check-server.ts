import type { CallOptions, ServerCheck } from '@woodpeckers/autoscaler-core'
import type { Endpoints } from './endpoints.ts'

/** Whether the server is there, and whose the token is. The version comes first: it needs no token. */
export async function checkServer(endpoints: Endpoints, call: CallOptions): Promise<ServerCheck> {
  const version = await endpoints.version(call)
  const { value: user } = await endpoints.user(call)
  return { version, user: user.login, admin: user.admin ?? false }
}
