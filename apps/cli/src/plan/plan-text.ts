import { counted, nameOf, type Plan, type TickReport } from '@woodpeckers/autoscaler-core'
import { obstaclesText } from '@woodpeckers/autoscaler-observer'
import { age } from '../terminal/age.ts'
import type { Style } from '../terminal/style.ts'
import { titledTable } from '../terminal/table.ts'

/** A plan for people: what there is, what would be done, what is held, and what nobody can take. */
export function renderPlan({ plan, snapshot }: TickReport, style: Style): string {
  const sections = [
    overview(plan, snapshot),
    titledTable(style.title('Agents'), members(plan, snapshot.takenAt, style)),
    plan.actions.length > 0
      ? titledTable(style.title('Would do'), actions(plan, style))
      : [style.title('Would do'), '  nothing'],
    titledTable(style.title('Held back'), holds(plan, style)),
    titledTable(style.title('No agent can take'), unmatched(plan, style)),
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** What could not be read is unknown, not none. */
function overview(plan: Plan, { agents, machines, queue }: TickReport['snapshot']): readonly string[] {
  const unknown = '?'
  return [
    plan.queue
      ? `Queue: ${plan.queue.pending} pending, ${plan.queue.running} running, ${plan.queue.waiting} waiting for others`
      : 'Queue: could not be read',
    ...plan.pools.map(({ id, min, max, demand, freeSlots, bootingSlots, members: all }) => {
      const members = agents.ok && machines.get(id)?.ok ? all.length : unknown
      const wanted = queue.ok ? demand : unknown
      const free = agents.ok ? freeSlots : unknown
      return `Pool ${id}: ${typeof members === 'number' ? counted(members, 'agent') : `${members} agents`} (min ${min}, max ${max}); slots: ${wanted} wanted, ${free} free, ${bootingSlots} booting`
    }),
  ]
}

function members(plan: Plan, nowAt: number, style: Style): readonly (readonly string[])[] {
  return plan.pools.flatMap(({ members: all }) =>
    all.map(({ name, state, running, capacity, sinceAt, offering }) => [
      style.name(name),
      state,
      `${running}/${capacity}`,
      sinceAt === undefined ? '' : `for ${age(sinceAt, nowAt)}`,
      offering ?? '',
    ]),
  )
}

function actions(plan: Plan, style: Style): readonly (readonly string[])[] {
  return plan.actions.map((action) => [
    style.good(action.kind),
    `pool ${action.pool}`,
    style.name(nameOf(action) ?? 'a new agent'),
    action.reason,
  ])
}

function holds(plan: Plan, style: Style): readonly (readonly string[])[] {
  return plan.holds.map(({ pool, because, subject, reason }) => [
    style.warning(because),
    pool === undefined ? 'all pools' : `pool ${pool}`,
    subject === undefined ? '' : style.name(subject),
    reason,
  ])
}

function unmatched(plan: Plan, style: Style): readonly (readonly string[])[] {
  return plan.unmatched.map((task) => [style.name(task.title), obstaclesText(task)])
}
