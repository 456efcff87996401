import type { RefusedOffering } from '../model/memory.ts'
import type { Hold } from '../model/plan.ts'
import { formatDuration } from '../settings/duration.ts'
import type { PlanInput } from './plan-input.ts'

/** Says which machine types are skipped now, and in the cloud's own words why. */
export function refusedOfferingHolds({ snapshot, memory, pools }: PlanInput): readonly Hold[] {
  return pools.flatMap(({ id: pool }) =>
    [...(memory.refusedOfferings.get(pool) ?? [])].flatMap(([offering, refusal]): readonly Hold[] => {
      const { untilAt, kind } = refusal
      if (untilAt <= snapshot.takenAt) return []
      const because = kind === 'offering-unavailable' ? 'offering-sold-out' : 'offering-refused'
      const reason = reasonOf(refusal, snapshot.takenAt)
      return [{ kind: 'hold', pool, because, reason, subject: offering, untilAt }]
    }),
  )
}

function reasonOf({ times, untilAt, why }: RefusedOffering, now: number): string {
  const often = times === 1 ? 'the cloud refused it' : `the cloud refused it ${times} times in a row`
  return `machine type skipped for ${formatDuration(untilAt - now)}: ${often}: ${why}`
}
