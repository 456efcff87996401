import {
  type Action,
  formatDuration,
  type Hold,
  type HoldCause,
  type Log,
  type Outcome,
  type Plan,
  type TickReport,
} from '@woodpeckers/autoscaler-core'

/** Tells the log what happens: decisions, outcomes, what holds; nothing about a tick that changes nothing. */
export interface Narrator {
  onTick(report: TickReport): void
  onOutcome(outcome: Outcome): void
}

/** More holds of one cause than this are told in one line. */
const TOLD_ONE_BY_ONE = 5

/** What somebody should look after, rather than what is as it should be. */
const ALARMING: ReadonlySet<HoldCause> = new Set([
  'agents-unknown',
  'queue-unknown',
  'machines-unknown',
  'evidence-unknown',
  'list-shrank',
  'kept-silent',
  'backing-off',
  'cloud-backing-off',
  'server-backing-off',
  'never-connect',
  'running-twice',
  'kept-failed',
  'not-taken',
  'standing-gone',
  'stopping-hangs',
  'price-unknown',
  'failing-agent',
  'spend-cap',
  'agent-unknown',
])

export function createNarrator(log: Log): Narrator {
  let holds = new Map<string, Hold>()
  let unmatched = new Set<string>()

  function tellHolds(plan: Plan): void {
    const now = new Map<string, Hold>()
    const news: Hold[] = []
    for (const hold of plan.holds) {
      // Those tasks are named below, with their labels, unless they are very many.
      if (hold.because === 'no-pool-matches' && (hold.wanted ?? 0) <= plan.unmatched.length) continue
      // Reasons hold counts and times that change all the while: only another cause, subject or number is news.
      const key = JSON.stringify([hold.pool, hold.because, hold.subject])
      const known = holds.get(key)
      now.set(key, hold)
      if (known && known.wanted === hold.wanted) continue
      news.push(hold)
    }
    for (const group of Map.groupBy(news, ({ pool, because }) => JSON.stringify([pool, because])).values()) {
      if (group.length > TOLD_ONE_BY_ONE) tellMany(group)
      else for (const hold of group) tellHold(hold, fieldsOf(hold), `hold: ${hold.reason}`)
    }
    for (const [key, hold] of holds) {
      if (now.has(key)) continue
      log[ALARMING.has(hold.because) ? 'info' : 'debug'](fieldsOf(hold), `no longer held: ${hold.because}`)
    }
    holds = now
  }

  function tellHold({ because }: Hold, fields: object, text: string): void {
    log[ALARMING.has(because) ? 'warn' : 'info'](fields, text)
  }

  /** A hundred agents that wait for the same are one line. */
  function tellMany(group: readonly Hold[]): void {
    const [first] = group as [Hold, ...Hold[]]
    const { pool, because } = first
    const names = group.flatMap(({ subject }) => subject ?? [])
    const fields = { ...(pool === undefined ? {} : { pool }), because, times: group.length, names }
    tellHold(first, fields, `hold ×${group.length}: ${first.reason}`)
  }

  function tellUnmatched(plan: Plan): void {
    for (const task of plan.unmatched) {
      if (unmatched.has(task.id)) continue
      log.warn(
        { task: task.id, obstacles: task.obstacles },
        `no agent can take ${task.title}: ${obstacleText(task)}`,
      )
    }
    unmatched = new Set(plan.unmatched.map(({ id }) => id))
  }

  return {
    onTick({ plan, tick, tookMs }) {
      for (const { action, times } of alike(plan.actions)) {
        const many = times > 1 ? ` ×${times}` : ''
        log.info(
          { ...fieldsOf(action), ...(times > 1 ? { times } : {}) },
          `${action.kind}${many}: ${action.reason}`,
        )
      }
      tellHolds(plan)
      tellUnmatched(plan)
      log.debug(
        { tick, tookMs, queue: plan.queue, actions: plan.actions.length, holds: plan.holds.length },
        'tick',
      )
    },
    onOutcome({ action, name, result, detail, tookMs, error, offering, soldOut = [], consoleTail }) {
      const fields = {
        pool: action.pool,
        name,
        tookMs,
        ...(error ? { error: error.kind } : {}),
        ...(offering === undefined ? {} : { offering }),
        ...(soldOut.length > 0 ? { soldOut } : {}),
        ...(consoleTail === undefined ? {} : { console: consoleTail }),
      }
      const took = formatDuration(tookMs)
      if (result === 'done') log.info(fields, `${action.kind} ${name}: done in ${took}`)
      else log.warn(fields, `${action.kind} ${name}: ${result}${detail ? `, ${detail}` : ''}`)
    },
  }
}

export function obstacleText(task: Plan['unmatched'][number]): string {
  return task.obstacles
    .map(({ pool, label, offered, demanded }) =>
      demanded === undefined
        ? `pool ${pool} has no ${label}${offered === undefined ? '' : `, but ${offered}`}`
        : `pool ${pool} takes only tasks labelled ${demanded}`,
    )
    .join('; ')
}

function fieldsOf(step: Action | Hold): object {
  const name = step.kind === 'hold' ? step.subject : nameOf(step)
  return {
    ...(step.pool === undefined ? {} : { pool: step.pool }),
    because: step.because,
    ...(name === undefined ? {} : { name }),
  }
}

export function nameOf(action: Action): string | undefined {
  switch (action.kind) {
    case 'launch':
      return undefined
    case 'terminate':
    case 'start':
    case 'park':
      return action.name
    case 'cordon':
    case 'uncordon':
    case 'forget':
      return action.agent.name
    default:
      return action satisfies never
  }
}

/** Twenty launches for one reason are one line. */
function alike(actions: readonly Action[]): readonly { readonly action: Action; readonly times: number }[] {
  const groups = Map.groupBy(actions, (action) =>
    JSON.stringify([fieldsOf(action), action.kind, action.reason]),
  )
  return [...groups.values()].map((group) => ({ action: group[0]!, times: group.length }))
}
