import type { Action, Forget, Hold, Terminate } from '../model/plan.ts'
import { counted } from '../settings/counted.ts'
import type { PlanInput } from './plan-input.ts'

/** Steps that cannot be taken back. */
export function isRemoval(action: Action): action is Terminate | Forget {
  return action.kind === 'terminate' || action.kind === 'forget'
}

interface Limited {
  readonly actions: readonly Action[]
  readonly holds: readonly Hold[]
}

/**
 * After a list shrank implausibly nothing is removed for a while, then a tenth a tick: so that a wrong
 * token or a restored backup costs time, not machines.
 */
export function limitRemovals(
  actions: readonly Action[],
  { snapshot, memory }: PlanInput,
  memberCount: number,
): Limited {
  const { listShrank } = memory
  if (!listShrank) return { actions, holds: [] }
  let allowed = snapshot.takenAt < listShrank.untilAt ? 0 : Math.max(1, Math.floor(memberCount / 10))
  let held = 0
  const kept = actions.filter((action) => {
    if (!isRemoval(action)) return true
    if (allowed > 0) {
      allowed--
      return true
    }
    held++
    return false
  })
  const reason = `${listShrank.what}; ${counted(held, 'removal')} held back`
  return {
    actions: kept,
    holds: [{ kind: 'hold', pool: undefined, because: 'list-shrank', reason, wanted: held }],
  }
}
