import { asOutsideError, type CallOptions, type CiServer } from '@woodpeckers/autoscaler-core'
import type { PoolConfig } from '../config/config.ts'
import { settingName } from '../config/setting-names.ts'
import { bad, type Finding, good } from './finding.ts'

/** Whether the organisation that a pool is kept to is there, and can have agents; nothing is said of a pool for all. */
export async function checkOrganisation(
  server: CiServer,
  pool: PoolConfig,
  call: CallOptions,
): Promise<readonly Finding[]> {
  const { organisation } = pool
  if (organisation === undefined || !server.findScope) return []
  const subject = `organisation ${organisation}`
  const setting = settingName(pool, 'organisation')
  try {
    const search = await server.findScope(organisation, call)
    if (search.ok) {
      const { id, name } = search.scope
      return [good(subject, `${name}, number ${id} at the server: agents take its tasks alone`)]
    }
    return [bad(subject, search.why, `correct ${setting}, or leave it out for agents that work for all`)]
  } catch (thrown) {
    const error = asOutsideError(thrown)
    const advice =
      error.kind === 'auth'
        ? `use the token of an admin of the server, and keep ${setting}`
        : 'see the log of the server, and whether a proxy before it changes or cuts off answers'
    return [bad(subject, error.message, advice)]
  }
}
