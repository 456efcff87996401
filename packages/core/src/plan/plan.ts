import { nameOf } from '../model/action-name.ts'
import type { AgentId } from '../model/agent.ts'
import type { Action, Hold, Plan } from '../model/plan.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import { Fit } from './assign.ts'
import { hourEnds } from './billing.ts'
import { isDrainCancelled } from './cancelled-drain.ts'
import { isCordonedByOthers, othersCordonHolds } from './cordoned-by-others.ts'
import { type Demand, readDemand } from './demand.ts'
import { drainStep } from './drain.ts'
import { cordonTimes } from './drain-times.ts'
import { cordonServed } from './ephemeral.ts'
import { cordonFailing, failingHolds } from './failing.ts'
import { fatesOfAll } from './fates.ts'
import { labelHolds } from './label-holds.ts'
import { hold } from './may-end.ts'
import { joinMembers, labelsOf, type Member, type PoolMembers } from './members.ts'
import { cordonAsked, drainedPolicy, isToGo, obeyOrders } from './orders.ts'
import { type PlannedGrowth, planGrowth } from './plan-growth.ts'
import type { PlanInput } from './plan-input.ts'
import { readingHolds } from './reading-holds.ts'
import { refusedOfferingHolds } from './refused-offerings.ts'
import { isRemoval, limitRemovals } from './removal-limit.ts'
import { runningTwiceHolds } from './running-twice.ts'
import { sameNameHolds, uncordonFurther } from './same-name.ts'
import { policyAt } from './schedule.ts'
import { cordonInterrupted, shrinkPool } from './shrink.ts'
import { type Endings, restStanding, standingHolds } from './standing-rest.ts'
import { startUnnamed } from './standing-start.ts'
import { bootingSlots, connectedSlots, type FreeSlots } from './supply.ts'
import { sweepDuplicates, sweepMember } from './sweep.ts'
import { findUnmatched } from './unmatched.ts'
import { viewPool } from './view.ts'

/** A list that is slow to come is not asked for without a pause. */
const LIST_AGAIN_MS = 1_000

/** Decides what to do about one snapshot: the same input gives the same plan, and nothing else is touched. */
export function makePlan(given: PlanInput): Plan {
  const { snapshot } = given
  const { drainedPools } = given.orders
  const policies = given.pools.map((pool) => policyAt(pool, snapshot.takenAt))
  const input = {
    ...given,
    pools: policies.map((pool) => (drainedPools.has(pool.id) ? drainedPolicy(pool) : pool)),
  }
  const pools = joinMembers(input)
  const demand = readDemand(input)
  const ownByAgent = new Map<string, Member>()
  for (const { members, standing } of pools)
    for (const some of [members, standing])
      for (const member of some)
        for (const { agent } of [member, ...member.further]) if (agent) ownByAgent.set(agent.id, member)
  const free = connectedSlots(input, ownByAgent)
  const booting = bootingSlots(input, pools)
  const fit = matchEverything(input, pools, demand, free, booting)
  const growth = planGrowth(input, pools, demand, fit, free, booting)
  const runnable = fit.countByClass(demand.runnable)
  const unmatched = findUnmatched([...demand.runnable, ...demand.requeued], input, pools, fit)
  const calledBack = calledBackAgents(growth.actions)
  const endings = pools.flatMap((pool) => [
    planEndings(pool, input, growth, calledBack),
    restStanding(pool, input, growth.isWanted, calledBack),
  ])
  const memberCount = pools.reduce((sum, { members }) => sum + members.length, 0)
  const limited = limitRemovals(
    endings.flatMap(({ actions }) => actions),
    input,
    memberCount,
  )
  const triedAgainAt = growth.holds.flatMap(({ untilAt }) => untilAt ?? [])
  const wakeTimes = [...endings.flatMap(({ wakeTimes }) => wakeTimes), ...triedAgainAt].filter(
    (at) => at > snapshot.takenAt,
  )
  const wanted = [...growth.actions, ...startUnnamed(pools, input, growth.unserved), ...limited.actions]
  const obeyed = obeyOrders(wanted, pools, input)
  return {
    actions: obeyed.actions,
    holds: [
      ...readingHolds(input),
      ...runningTwiceHolds(input),
      ...growth.holds,
      ...refusedOfferingHolds(input),
      ...labelHolds(pools, input, growth.holds),
      ...standingHolds(pools, input),
      ...sameNameHolds(pools),
      ...othersCordonHolds(pools, input),
      ...unmatched.holds,
      ...endings.flatMap(({ holds }) => holds),
      ...limited.holds,
      ...obeyed.holds,
    ],
    unmatched: unmatched.tasks,
    fates: fatesOfAll({ input, pools, demand, fit, known: growth.fates, hopeless: unmatched.hopeless }),
    pools: pools.map((pool) => viewPool(pool, demandOn(pool, runnable, fit), free, booting)),
    queue: countQueue(snapshot.queue.ok ? snapshot.queue.value.tasks : undefined),
    wakeAt: wakeTimes.length > 0 ? Math.min(...wakeTimes) : undefined,
  }
}

function matchEverything(
  { snapshot, matching }: PlanInput,
  pools: readonly PoolMembers[],
  demand: Demand,
  free: readonly FreeSlots[],
  booting: readonly FreeSlots[],
): Fit {
  const labels = new Set([...free, ...booting].map((slots) => slots.labels))
  for (const { variants, standing } of pools) {
    for (const { labels: offered, promised, shown } of variants)
      for (const each of [offered, promised, ...shown.map((one) => one.labels)]) labels.add(each)
    for (const offered of standing.map(labelsOf)) if (offered) labels.add(offered)
  }
  for (const agent of snapshot.agents.ok ? snapshot.agents.value.agents : [])
    if (agent.labels) labels.add(agent.labels)
  return new Fit(matching, [...demand.runnable, ...demand.requeued, ...demand.coming], [...labels])
}

/** All that makes a pool smaller. What cannot be seen whole is left as it is. */
function planEndings(
  poolMembers: PoolMembers,
  input: PlanInput,
  growth: PlannedGrowth,
  calledBack: ReadonlySet<AgentId>,
): Endings {
  const { pool, members, known } = poolMembers
  const { snapshot } = input
  if (!known || !snapshot.queue.ok) return { actions: [], holds: [], wakeTimes: [] }
  const actions: Action[] = []
  const holds: Hold[] = []
  const wakeTimes: number[] = []
  let parkingRoom = members.length > pool.max ? 0 : pool.parked.max - countParked(members)
  const kept = newestFailed(
    members.filter((member) => !isToGo(member, input.orders)),
    pool.keepFailed,
  )
  for (const member of members) {
    if (member.operation || (member.agent && calledBack.has(member.agent.id))) continue
    actions.push(...sweepDuplicates(member, input))
    if (isDrainCancelled(member, input)) continue
    // Also one that fell silent or was stopped: whoever cordoned it may be at work on the machine.
    if (member.state !== 'zombie' && isCordonedByOthers(member, input)) continue
    if (member.state === 'drained' || member.state === 'draining') {
      const step = drainStep(member, input, parkingRoom > 0)
      if (step.action?.kind === 'park') parkingRoom--
      if (step.action) actions.push(step.action)
      if (step.hold) holds.push(step.hold)
      if (step.wakeAt !== undefined) wakeTimes.push(step.wakeAt)
      continue
    }
    if (kept.has(member)) {
      holds.push(hold(member, 'kept-failed', 'it never connected; kept for somebody to look at'))
      continue
    }
    const sweep = sweepMember(member, input)
    if (sweep?.kind === 'hold') holds.push(sweep)
    else if (sweep) actions.push(sweep)
  }
  const failing = cordonFailing(poolMembers, input)
  const asked = cordonAsked(poolMembers, input)
  actions.push(...cordonInterrupted(poolMembers), ...cordonServed(poolMembers), ...failing, ...asked)
  actions.push(...uncordonFurther(members))
  holds.push(...failingHolds(poolMembers, input))
  // Growing and shrinking at once would only turn the pool over.
  if (failing.length + asked.length === 0 && !growth.actions.some((action) => action.pool === pool.id)) {
    const shrinking = shrinkPool(poolMembers, input, growth)
    actions.push(...shrinking.actions)
    holds.push(...shrinking.holds)
  }
  wakeTimes.push(...hourEnds(members, snapshot.takenAt), ...cordonTimes(members, input))
  const ready = actions.filter((action) => !holdBackRemoval(action, input, holds))
  const removals = ready.filter(isRemoval)
  if (removals.length === 0 || !isStale(pool, snapshot)) return { actions: ready, holds, wakeTimes }
  const reason = 'the list of machines is not fresh in this tick'
  holds.push({ kind: 'hold', pool: pool.id, because: 'machines-stale', reason, wanted: removals.length })
  return {
    actions: ready.filter((action) => !isRemoval(action)),
    holds,
    wakeTimes: [...wakeTimes, snapshot.takenAt + LIST_AGAIN_MS],
  }
}

function calledBackAgents(actions: PlannedGrowth['actions']): ReadonlySet<AgentId> {
  return new Set(
    actions.flatMap((action) =>
      action.kind === 'uncordon' || action.kind === 'start' ? (action.agent?.id ?? []) : [],
    ),
  )
}

function countParked(members: readonly Member[]): number {
  return members.filter(({ state, operation }) => state === 'parked' || operation?.kind === 'park').length
}

function newestFailed(members: readonly Member[], count: number): ReadonlySet<Member> {
  const lost = members.filter(({ state }) => state === 'lost').sort((a, b) => b.sinceAt - a.sinceAt)
  return new Set(lost.slice(0, count))
}

/** A removal that failed is tried again after a while. */
function holdBackRemoval(action: Action, { snapshot, memory }: PlanInput, holds: Hold[]): boolean {
  if (!isRemoval(action) && action.kind !== 'cordon' && action.kind !== 'park') return false
  const name = nameOf(action)
  const backOff = memory.removalBackOff.get(name)
  if (!backOff || snapshot.takenAt >= backOff.untilAt) return false
  const reason = `the last step of its removal failed: ${backOff.why}`
  holds.push({ kind: 'hold', pool: action.pool, because: 'backing-off', reason, subject: name })
  return true
}

/** An event's tick may carry the machine list of the tick before: good enough to grow on, never to end anything. */
function isStale(pool: PoolPolicy, { machines }: Snapshot): boolean {
  const reading = machines.get(pool.id)
  return reading?.ok === true && reading.value.reused
}

function demandOn(
  { variants, standing }: PoolMembers,
  runnable: ReadonlyMap<number, number>,
  fit: Fit,
): number {
  const ofStanding = standing.map(labelsOf).filter((labels) => labels !== undefined)
  const offers = [...variants.map(({ labels }) => labels), ...ofStanding]
  const classes = new Set(offers.map((labels) => fit.agentClassOf(labels)))
  let demand = 0
  for (const [taskClass, count] of runnable)
    if ([...classes].some((agentClass) => fit.score(taskClass, agentClass) > 0)) demand += count
  return demand
}

function countQueue(tasks: readonly Task[] | undefined): Plan['queue'] {
  if (!tasks) return undefined
  const counts = { pending: 0, running: 0, waiting: 0 }
  for (const { state } of tasks) counts[state]++
  return counts
}
