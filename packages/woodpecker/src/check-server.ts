import { asOutsideError, type CallOptions, type ServerCheck } from '@woodpeckers/autoscaler-core'
import type { Endpoints } from './endpoints.ts'
import { isUnnumbered } from './supported-version.ts'

/** Whether the server is there and new enough, and whose the token is. */
export async function checkServer(endpoints: Endpoints, call: CallOptions): Promise<ServerCheck> {
  const { version, user } = await versionAndUser(endpoints, call)
  const { login, admin = false } = user
  // Such a version may be of any age, which the fields of agents show.
  if (admin && isUnnumbered(version)) await endpoints.agentPage(1, call)
  return { version, user: login, admin }
}

/** The version comes first, as it needs no token. Where a proxy answers in its place, the head of others has it too. */
async function versionAndUser(
  endpoints: Endpoints,
  call: CallOptions,
): Promise<{ version: string; user: { login: string; admin?: boolean } }> {
  try {
    const version = await endpoints.version(call)
    return { version, user: (await endpoints.user(call)).value }
  } catch (thrown) {
    const { kind } = asOutsideError(thrown)
    if (kind !== 'unexpected-answer' && kind !== 'rejected') throw thrown
    const user = await endpoints.user(call).catch((also: unknown) => {
      throw ['auth', 'unsupported'].includes(asOutsideError(also).kind) ? also : thrown
    })
    const version = endpoints.versionSeen()
    if (version === undefined) throw thrown
    return { version, user: user.value }
  }
}
