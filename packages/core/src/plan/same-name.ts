import type { Hold, Uncordon } from '../model/plan.ts'
import { hold } from './may-end.ts'
import type { Member, PoolMembers } from './members.ts'

/** More than one agent has registered under the name of a machine: which ones, and what probably causes it. */
export function sameNameHolds(pools: readonly PoolMembers[]): readonly Hold[] {
  return pools.flatMap(({ members, standing }) =>
    [...members, ...standing].flatMap((member) => {
      const { agent } = member
      const further = member.further.filter((record) => record.agent.lastContactAt !== undefined)
      if (!agent || further.length === 0) return []
      const ids = [agent, ...further.map((record) => record.agent)].map(({ id }) => id)
      const selfRegistered = [agent, ...further.map((record) => record.agent)].filter(
        ({ registeredItself }) => registeredItself,
      )
      const cause =
        selfRegistered.length > 0
          ? `agent ${selfRegistered.map(({ id }) => id).join(', ')} registered itself with the shared secret: the machine image or template probably starts an agent of its own. Remove that agent`
          : 'somebody else created the other record, for example for another organization. Delete or rename it'
      const reason = `${ids.length} agents have its name (agents ${ids.join(', ')}): ${cause}. The machine is kept while any of them may work`
      return [hold(member, 'same-name', reason)]
    }),
  )
}

/** Those that were cordoned with their machine take tasks again once its own agent does. */
export function uncordonFurther(members: readonly Member[]): readonly Uncordon[] {
  return members.flatMap(({ pool, agent, further, connected, operation }) => {
    if (!agent || agent.cordoned || !connected || operation) return []
    const left = further.find(
      (record) =>
        record.connected &&
        record.agent.cordoned &&
        record.history?.cordonedByOthersAt === undefined &&
        record.history?.drain?.because !== undefined,
    )
    if (!left) return []
    const reason = `agent ${agent.id} of the same name takes tasks again`
    return [{ kind: 'uncordon', pool: pool.id, agent: left.agent, because: 'same-name', reason }]
  })
}
