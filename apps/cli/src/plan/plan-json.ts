import { type Action, nameOf, type TickReport } from '@woodpeckers/autoscaler-core'

/** A plan for programs: only names, numbers and reasons, so that no secret can be among them. Times are ISO 8601. */
export function planToJson({ plan, snapshot }: TickReport): object {
  return {
    takenAt: new Date(snapshot.takenAt).toISOString(),
    queue: plan.queue ?? null,
    pools: plan.pools.map((pool) => ({
      ...pool,
      members: pool.members.map(({ sinceAt, offering, hourlyPrice, ...member }) => ({
        ...member,
        since: sinceAt === undefined ? null : new Date(sinceAt).toISOString(),
        offering: offering ?? null,
        hourlyPrice: hourlyPrice ?? null,
      })),
    })),
    actions: plan.actions.map(actionToJson),
    holds: plan.holds.map(({ pool, because, reason, subject, wanted }) => ({
      pool: pool ?? null,
      because,
      reason,
      ...(subject === undefined ? {} : { subject }),
      ...(wanted === undefined ? {} : { wanted }),
    })),
    unmatched: plan.unmatched,
  }
}

function actionToJson(action: Action): object {
  const name = nameOf(action)
  return {
    kind: action.kind,
    pool: action.pool,
    ...(name === undefined ? {} : { name }),
    ...(action.kind === 'cordon' ? { round: action.round } : {}),
    because: action.because,
    reason: action.reason,
  }
}
