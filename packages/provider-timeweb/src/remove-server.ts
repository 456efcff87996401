import { AuthError, type CallOptions, UnexpectedAnswer } from '@woodpeckers/autoscaler-core'
import type { Account } from './account.ts'
import type { WireServer } from './api/wire.ts'
import { agentOf } from './marks.ts'

/** Ends the server of an agent with its public addresses; its disks go with it. */
export async function removeServer(account: Account, agent: string, call: CallOptions): Promise<void> {
  const { list, orders, floatingIps } = account
  const listed = account.own(await list.fresh(call))
  const servers = listed.filter((own) => own.agent === agent).map(({ server }) => server)
  const unlisted = servers.length > 0 ? undefined : await orderedLately(account, agent, call)
  if (unlisted) servers.push(unlisted)
  const addresses = servers.length > 0 ? await floatingIps.mark(agent, servers, call) : []
  for (const server of servers) await deleteServer(account, agent, server, call)
  orders.forget(agent)
  if (servers.length > 0) await floatingIps.end(agent, addresses, call)
  else await floatingIps.endLeftovers(agent, call)
}

/** Lists are late: what this process has just made may be missing from them. */
async function orderedLately(
  { api, orders, pool }: Account,
  agent: string,
  call: CallOptions,
): Promise<WireServer | undefined> {
  const serverId = orders.get(agent)?.serverId
  const server = serverId === undefined ? undefined : await api.server(serverId, call)
  return server && agentOf(server, pool) === agent ? server : undefined
}

const CURE =
  'the token lacks the right to delete without a confirmation: make one with is_able_to_delete in Timeweb’s panel, and delete this server by hand'

async function deleteServer(
  { api, log }: Account,
  agent: string,
  { id }: WireServer,
  call: CallOptions,
): Promise<void> {
  const answered = await api.deleteServer(id, call)
  switch (answered.kind) {
    case 'deleted':
    case 'already-gone':
      return
    case 'sms-confirmation':
      throw new AuthError(
        `Timeweb has NOT deleted ${agent} (server ${id}), which is paid on: it wants a code by SMS: ${CURE}`,
      )
    case 'answered': {
      const { hash, is_moved_in_quarantine: isQuarantined } = answered.deletion
      if (hash) {
        throw new AuthError(
          `Timeweb has NOT deleted ${agent} (server ${id}), which is paid on: it waits for a person to confirm: ${CURE}`,
        )
      }
      if (!isQuarantined) {
        throw new UnexpectedAnswer(
          `DELETE /api/v1/servers/${id}: 200, and neither quarantine nor confirmation`,
        )
      }
      log.warn(
        { machine: agent, server: id },
        'Timeweb has moved the server to quarantine, not deleted it at once',
      )
      return
    }
    default:
      answered satisfies never
  }
}
