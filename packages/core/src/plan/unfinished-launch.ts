import type { Member } from './members.ts'
import type { PlanInput } from './plan-input.ts'

/** The second of two lists was surely requested after the record was seen, and so after it was made. */
const LISTS_WITHOUT_IT = 2

/**
 * Whether a launch stopped between its record and its machine, as after `kill -9`: the record never registered, fresh
 * lists do not show its machine, and no cloud has accepted it from this process. Such a record is no supply. It counts
 * towards the limits, since the order of the earlier process may still arrive.
 *
 * Only where the launch can be repeated under its name: elsewhere nobody can tell that order from one that is late, and
 * its machine is expected for as long as lists may be wrong.
 */
export function isUnfinished(
  member: Pick<
    Member,
    | 'pool'
    | 'name'
    | 'agent'
    | 'further'
    | 'machine'
    | 'machineHistory'
    | 'operation'
    | 'standing'
    | 'state'
    | 'takesNoRoom'
  >,
  { memory, repeatable }: PlanInput,
): boolean {
  const { pool, name, agent, further, machine, machineHistory, operation, standing, state } = member
  if (!repeatable.has(pool.id) || state !== 'booting' || member.takesNoRoom) return false
  if (machine || standing || operation || machineHistory?.lastListedAt !== undefined) return false
  // A second record of the name: nobody knows which of them an order of the earlier process has used.
  if (!agent || agent.lastContactAt !== undefined || agent.registeredItself || further.length > 0)
    return false
  // Somebody does not want it to take tasks.
  if (agent.cordoned || memory.launchEndedAt.has(name)) return false
  return (machineHistory?.machineMissing ?? 0) >= LISTS_WITHOUT_IT
}
