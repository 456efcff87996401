import { poolOfName } from '@woodpeckers/autoscaler-core'
import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Break } from './work-is-kept.ts'

/** What was under way when somebody asked may still come to its end. */
const UNDER_WAY_MS = 5 * 60_000

/** A protected machine is not ended, and a paused pool launches nothing. */
export function peopleAreObeyed(world: World, broken: Break): Check {
  const isLongSo = (kind: 'pause' | 'protect', of: string): boolean => {
    const since = world.people.since(kind, of)
    return since !== undefined && world.clock.now() - since > UNDER_WAY_MS
  }
  return {
    onOutcome(_, { action, name, result }) {
      if (result !== 'done') return
      const pool = poolOfName(name)
      if (action.kind === 'launch' && pool !== undefined && isLongSo('pause', pool))
        broken('obeys people', `${name} was launched in a paused pool`)
      const ends = action.kind === 'terminate' || action.kind === 'park' || action.kind === 'cordon'
      if (ends && isLongSo('protect', name))
        broken('obeys people', `${action.kind} of ${name}, which is protected`)
    },
  }
}
