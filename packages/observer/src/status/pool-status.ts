import type { MemberView, Money, Orders, PoolId, PoolView, TickReport } from '@woodpeckers/autoscaler-core'
import { clip } from '../capacity.ts'
import { Amounts, isPrice } from '../cost/amounts.ts'
import type { MachineStatus, PoolStatus } from '../views/status-view.ts'

/** What a status is made from besides the report. */
export interface Counted {
  readonly costToday: (pool: PoolId) => readonly Money[]
  readonly paidHours: (machine: string) => number
  /** The last report in which the pool was seen whole. */
  readonly lastSeen: (pool: PoolId) => TickReport | undefined
}

type Runs = MachineStatus['tasks']

/** One of many tasks of a machine is enough: no agent has more slots than people read. */
const TASKS_OF_MACHINE = 20

/** Whether all that a pool's machines are known by could be read: else each would seem idle, or nobody's. */
export function isSeenWhole({ snapshot }: TickReport, pool: PoolId): boolean {
  return snapshot.agents.ok && snapshot.queue.ok && snapshot.machines.get(pool)?.ok === true
}

export function poolStatuses(report: TickReport, counted: Counted): readonly PoolStatus[] {
  const { plan, input } = report
  const runsOf = new Map<TickReport, ReturnType<typeof runsByAgent>>()
  const runsIn = (seen: TickReport) => {
    const runs = runsOf.get(seen) ?? runsByAgent(seen)
    runsOf.set(seen, runs)
    return runs
  }
  const holds = new Map<string, string>()
  for (const { subject, reason } of plan.holds)
    if (subject !== undefined && !holds.has(subject)) holds.set(subject, clip(reason, 500))
  const { orders } = input
  return plan.pools.map((pool) => {
    const { id, min, max } = pool
    const seen = isSeenWhole(report, id) ? report : (counted.lastSeen(id) ?? report)
    const shown = seen.plan.pools.find((each) => each.id === id) ?? pool
    const { demand, freeSlots, bootingSlots, members } = shown
    const runs = runsIn(seen)
    const machines = members.map((member) =>
      machineStatus(member, orders, runs.get(member.name) ?? [], holds.get(member.name), counted),
    )
    return {
      id,
      min,
      max,
      demand,
      busySlots: members.reduce((sum, { running }) => sum + running, 0),
      freeSlots,
      bootingSlots,
      isPaused: orders.paused === 'all' || orders.paused.has(id),
      isDraining: orders.drainedPools.has(id),
      hourlyCost: hourlyCost(shown),
      costToday: counted.costToday(id),
      machines,
      ...(seen !== report && { asOf: seen.snapshot.takenAt }),
    }
  })
}

/** Of all that runs now; a stopped machine costs next to nothing. */
export function hourlyCost({ members }: Pick<PoolView, 'members'>): readonly Money[] {
  const hourly = new Amounts()
  for (const { hourlyPrice, state } of members)
    if (state !== 'parked' && isPrice(hourlyPrice)) hourly.add(hourlyPrice.currency, hourlyPrice.amount)
  return hourly.list()
}

function machineStatus(
  { name, state, sinceAt, running, capacity, offering, hourlyPrice, standing, leaves }: MemberView,
  orders: Orders,
  tasks: Runs,
  hold: string | undefined,
  { paidHours }: Counted,
): MachineStatus {
  const order = orderOn(name, orders)
  return {
    name,
    state,
    ...(sinceAt !== undefined && { sinceAt }),
    running,
    capacity,
    tasks,
    ...(offering !== undefined && { offering }),
    ...(isPrice(hourlyPrice) && {
      hourlyPrice,
      cost: { amount: hourlyPrice.amount * paidHours(name), currency: hourlyPrice.currency },
    }),
    ...(standing !== undefined && { standing }),
    ...(order && { order }),
    ...(leaves !== undefined && { leaves: clip(leaves, 500) }),
    ...(hold !== undefined && { hold }),
  }
}

function orderOn(name: string, orders: Orders): MachineStatus['order'] {
  if (orders.protected.has(name)) return 'protect'
  if (orders.replaced.has(name)) return 'replace'
  return orders.drained.has(name) ? 'drain' : undefined
}

function runsByAgent({ snapshot: { agents, queue } }: TickReport): ReadonlyMap<string, Runs> {
  const runs = new Map<string, Runs[number][]>()
  if (!agents.ok || !queue.ok) return runs
  const names = new Map(agents.value.agents.map(({ id, name }) => [id, name]))
  for (const { id, title, state, agentId } of queue.value.tasks) {
    const name = state === 'running' && agentId !== undefined ? names.get(agentId) : undefined
    if (name === undefined) continue
    const found = runs.get(name)
    const task = { id, title: clip(title, 200) }
    if (!found) runs.set(name, [task])
    else if (found.length < TASKS_OF_MACHINE) found.push(task)
  }
  return runs
}
