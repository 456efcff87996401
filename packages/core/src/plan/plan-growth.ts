import { DEAF_AFTER_MS } from '../evidence/timings.ts'
import type { Fate } from '../model/fate.ts'
import type { Hold } from '../model/plan.ts'
import type { PoolId } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import { counted } from '../settings/counted.ts'
import { type Fit, SlotBoard } from './assign.ts'
import { bufferSlots } from './buffer.ts'
import { comingTasks } from './coming-tasks.ts'
import type { Demand } from './demand.ts'
import { Grower, type Growth } from './grow.ts'
import { LeftAloneClasses } from './left-alone.ts'
import { capacityOf, type Member, type PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { isStaying } from './staying.ts'
import { askingAgents, type FreeSlots, isExpected } from './supply.ts'

/** How often in a row the queue must ask for an agent before it gets one. */
const QUEUE_NEEDS_AGENT_TIMES = 2

export interface PlannedGrowth extends Growth {
  /** Whether a task of this snapshot is counted on the agent. */
  readonly isWanted: (member: Member) => boolean
  /** Whether it was free for long, and leaves a task alone that it could take and nothing else will serve. */
  readonly seemsDeaf: (member: Member) => boolean
  /** Tasks for which nothing is there or on its way. */
  readonly unserved: number
  /** Slots of connected agents of a pool that no task has taken. */
  readonly freeOf: (pool: PoolId) => number
  /** Whether the pool could launch now, but for its own maximum. */
  readonly mayReplace: (pool: PoolId) => boolean
  /** Of tasks that an agent could start now; those that are left alone have none. */
  readonly fates: ReadonlyMap<string, Fate>
}

const FREE_SLOT: Fate = { kind: 'free-slot' }
const BOOTING: Fate = { kind: 'booting' }

/**
 * Gives each task a slot, as the server will: free ones first, then those that boot, then agents called
 * back, then new machines.
 */
export function planGrowth(
  input: PlanInput,
  pools: readonly PoolMembers[],
  demand: Demand,
  fit: Fit,
  free: readonly FreeSlots[],
  booting: readonly FreeSlots[],
): PlannedGrowth {
  const { snapshot, memory } = input
  if (!snapshot.agents.ok)
    return {
      actions: [],
      holds: [],
      isWanted: () => true,
      seemsDeaf: () => false,
      unserved: 0,
      freeOf: () => 0,
      mayReplace: () => false,
      fates: new Map(),
    }
  const reserves = new Set(pools.flatMap((each) => (bufferSlots(each) > 0 ? [each.pool.id] : [])))
  const here = new SlotBoard(fit, free, reserves)
  const soon = new SlotBoard(fit, booting, reserves)
  const leftAlone = new LeftAloneClasses(input, demand.runnable, pools, fit)
  const grower = new Grower(input, pools, fit, leftAlone)
  const poolsFor = (task: Task) => grower.poolsFor(fit.classOf(task))
  const hasWaitedLong = ({ id }: Task): boolean =>
    snapshot.takenAt - (memory.pendingSince.get(id) ?? snapshot.takenAt) >= DEAF_AFTER_MS
  // What is there or comes is for the others: tasks that nobody takes use nothing up.
  const fates = new Map<string, Fate>()
  const hopeful = demand.runnable.filter((task) => {
    const hopeless = leftAlone.hopelessness(task, poolsFor(task))
    if (hopeless) fates.set(task.id, hopeless)
    return !hopeless
  })
  const left = hopeful.filter((task) => {
    if (!here.take(fit.classOf(task), hasWaitedLong(task))) return true
    fates.set(task.id, FREE_SLOT)
    return false
  })
  // Those with the fewest ways out choose first.
  const byChoices = Map.groupBy(left, (task) => poolsFor(task).length)
  let unserved = 0
  /** Classes of tasks that wait for long, and for which nothing more can be done. */
  const inVain = new Set<number>()
  for (const choices of [...byChoices.keys()].sort((a, b) => a - b)) {
    for (const task of byChoices.get(choices) ?? []) {
      const taskClass = fit.classOf(task)
      if (soon.take(taskClass, false)) {
        fates.set(task.id, BOOTING)
        continue
      }
      const isLeftAlone = hasWaitedLong(task) && here.takeUnmarked(taskClass)
      if (leftAlone.isTried(task, isLeftAlone, poolsFor(task))) continue
      const fate = grower.serve(task)
      fates.set(task.id, fate)
      if (fate.kind !== 'held') continue
      unserved++
      if (hasWaitedLong(task)) inVain.add(taskClass)
    }
  }
  const asking = askingAgents(input)
  const askingClasses = [...new Set(asking.map((agent) => fit.agentClassOf(agent.labels!)))]
  for (const task of demand.requeued) {
    const taskClass = fit.classOf(task)
    const isAskedFor = askingClasses.some((agentClass) => fit.score(taskClass, agentClass) > 0)
    if (!isAskedFor && !grower.settle(task)) unserved++
  }
  grower.fillMinimum()
  for (const task of comingTasks(input, demand, fit, [here, soon])) grower.prewarm(task)
  const freeOf = new Map(pools.map((each) => [each.pool.id, freeSlots(each) - takenFrom(each, free, here)]))
  // Who cannot be read may well be free; one whose cordon is being written can be called back.
  const thereOf = (pool: PoolId): number => Math.max(freeOf.get(pool) ?? 0, here.leftOf(pool))
  if (snapshot.queue.ok) grower.fillBuffers((pool) => thereOf(pool) + soon.leftOf(pool))
  grower.replaceRenewed()
  const nobodyAsks =
    asking.length === 0 &&
    !pools.some(({ members, standing }) => [...members, ...standing].some((m) => isExpected(m, input)))
  if (memory.queueNeedsAgentTimes >= QUEUE_NEEDS_AGENT_TIMES && nobodyAsks && !grower.healQueue()) unserved++
  const { actions, holds } = grower.growth
  return {
    actions,
    holds: [...holds, ...demandHolds(demand, demand.runnable.length - hopeful.length)],
    unserved,
    freeOf: (pool) => freeOf.get(pool) ?? 0,
    mayReplace: (pool) => grower.mayReplace(pool),
    fates,
    seemsDeaf: ({ agent, history }) => {
      if (!agent?.labels || history?.freeSince === undefined) return false
      const agentClass = fit.agentClassOf(agent.labels)
      const leavesOne = [...inVain].some((taskClass) => fit.score(taskClass, agentClass) > 0)
      return leavesOne && snapshot.takenAt - history.freeSince >= DEAF_AFTER_MS
    },
    isWanted: ({ agent }) => agent?.labels !== undefined && here.wasTakenFrom(fit.agentClassOf(agent.labels)),
  }
}

/** Also of those that may be deaf: whichever they are, they are not needed beside as many that are not. */
function freeSlots({ members }: PoolMembers): number {
  const there = members.filter((member) => member.connected && isStaying(member))
  return there.reduce((sum, member) => sum + freeSlotsOf(member), 0)
}

/** Of all agents of its name that take tasks. */
function freeSlotsOf(member: Member): number {
  const further = member.further.filter(({ connected, agent }) => connected && !agent.cordoned)
  const left = [
    capacityOf(member) - member.running,
    ...further.map(({ agent, running }) => agent.capacity - running),
  ]
  return left.reduce((sum, slots) => sum + Math.max(0, slots), 0)
}

function takenFrom({ pool }: PoolMembers, free: readonly FreeSlots[], here: SlotBoard): number {
  const before = free.reduce((sum, slots) => (slots.pool === pool.id ? sum + slots.slots : sum), 0)
  return before - here.leftOf(pool.id)
}

/** Tasks that wait for another reason than the lack of a machine. */
function demandHolds({ blocked, requeued }: Demand, notTaken: number): readonly Hold[] {
  const holds: Hold[] = []
  const add = (because: Hold['because'], wanted: number, what: string): void => {
    if (wanted === 0) return
    const reason = `${counted(wanted, 'waiting task')} ${what}`
    holds.push({ kind: 'hold', pool: undefined, because, reason, wanted })
  }
  add('concurrency-group', blocked.length, 'held back by the limit of a concurrency group')
  add('requeued', requeued.length, 'lost by the agent that had it: the next agent that asks settles it')
  add(
    'not-taken',
    notTaken,
    'left alone by free agents whose labels fit: no more than two machines are launched to see whether they do',
  )
  return holds
}
