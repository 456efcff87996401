import type { Hold, Launch, Start, Uncordon } from '../model/plan.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import { type Fit, SlotBoard } from './assign.ts'
import { LaunchPermits } from './launch-permits.ts'
import { capacityOf, labelsOf, type Member, type PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { mayStart } from './standing-start.ts'
import { isExpected } from './supply.ts'

/** What grows, and why nothing more does. */
export interface Growth {
  readonly actions: readonly (Launch | Start | Uncordon)[]
  readonly holds: readonly Hold[]
}

/**
 * Asks for agents, cordoned ones of ours first, until each task has a slot and each pool its minimum. It
 * keeps the books of one plan: how much room each pool has left, and whom it has called back.
 */
export class Grower {
  readonly #input: PlanInput
  readonly #fit: Fit
  readonly #pools: readonly PoolMembers[]
  readonly #room = new Map<PoolId, number>()
  readonly #reusable: Member[]
  readonly #calledBack = new Set<Member>()
  readonly #newSlots: SlotBoard
  readonly #permits: LaunchPermits
  readonly #actions: (Launch | Start | Uncordon)[] = []
  /** Tasks without an agent, by the pool that would have served them. */
  readonly #unserved = new Map<PoolPolicy, number>()
  /** Agents that the minimum lacks. */
  readonly #lacking = new Map<PoolPolicy, number>()
  /** Agents that stay or come, by pool. */
  readonly #staying = new Map<PoolId, number>()
  readonly #poolsOfClass = new Map<number, readonly PoolMembers[]>()
  readonly #noReuse = new Set<number>()

  constructor(input: PlanInput, pools: readonly PoolMembers[], fit: Fit) {
    this.#input = input
    this.#fit = fit
    this.#pools = pools
    this.#newSlots = new SlotBoard(fit, [])
    this.#permits = new LaunchPermits(input)
    for (const { pool, members, unseen, known } of pools) {
      this.#room.set(pool.id, known ? pool.max - members.length - unseen : 0)
      this.#staying.set(pool.id, members.filter(isStaying).length)
    }
    const canBeReused = (member: Member): boolean =>
      isReusable(member, input.snapshot.takenAt) && mayStart(member, input)
    this.#reusable = pools
      .flatMap(({ members, standing }) => [...standing, ...members].filter(canBeReused))
      .sort(byUsefulness)
  }

  get growth(): Growth {
    return { actions: this.#actions, holds: this.#holds() }
  }

  /**
   * Finds a slot for a task that has none: one asked for already, a cordoned agent, or a new machine. Answers
   * whether there was one.
   */
  serve(task: Task): boolean {
    const taskClass = this.#fit.classOf(task)
    if (this.#newSlots.take(taskClass, false)) return true
    const back = this.#noReuse.has(taskClass) ? undefined : this.#reuseFor(taskClass)
    if (back) {
      this.#uncordon(back, 'demand', `${task.title} waits, and this agent can take it`)
    } else {
      this.#noReuse.add(taskClass)
      const pools = this.poolsFor(taskClass)
      const open = pools.find((pool) => this.#mayLaunch(pool))
      if (!open) {
        if (pools[0]) this.#leaveUnserved(pools[0].pool)
        return false
      }
      this.#launch(open.pool, 'demand', `no free slot takes ${task.title}`, task)
    }
    return this.#newSlots.take(taskClass, false)
  }

  /** The pools whose agents could take tasks of the class, in their order. */
  poolsFor(taskClass: number): readonly PoolMembers[] {
    let pools = this.#poolsOfClass.get(taskClass)
    if (!pools) {
      pools = this.#pools.filter(
        ({ pool }) => this.#fit.score(taskClass, this.#fit.agentClassOf(pool.offer)) > 0,
      )
      this.#poolsOfClass.set(taskClass, pools)
    }
    return pools
  }

  /**
   * A task that an agent lost: the first agent that asks settles it, so one is enough for all of them. Answers
   * whether one comes.
   */
  settle(task: Task): boolean {
    const taskClass = this.#fit.classOf(task)
    const pools = this.poolsFor(taskClass)
    if (
      pools.some(({ pool, members }) => this.#asked(pool) || members.some((m) => isExpected(m, this.#input)))
    )
      return true
    if (this.#standingComes(taskClass)) return true
    const reason = `${task.title} was lost by its agent; another must ask for it`
    const back = this.#reuseFor(taskClass)
    const open = pools.find((pool) => this.#mayLaunch(pool))
    if (back) this.#uncordon(back, 'demand', reason)
    else if (open) this.#launch(open.pool, 'requeued', reason)
    else if (pools[0]) this.#leaveUnserved(pools[0].pool)
    return back !== undefined || open !== undefined
  }

  /** Fills each pool up to its minimum. */
  fillMinimum(): void {
    for (const poolMembers of this.#pools) {
      const { pool } = poolMembers
      for (let missing = pool.min - (this.#staying.get(pool.id) ?? 0); missing > 0; missing--) {
        const reason = `the pool keeps ${pool.min} agent${pool.min === 1 ? '' : 's'}, and has ${pool.min - missing}`
        const back = this.#reusable.find((member) => member.pool === pool && !member.standing)
        if (back) this.#uncordon(back, 'min', reason)
        else if (this.#mayLaunch(poolMembers)) this.#launch(pool, 'min', reason)
        else {
          this.#lacking.set(pool, missing)
          break
        }
      }
    }
  }

  /** The queue cannot be read until some agent asks for work, and none is there to do so. Answers whether one comes. */
  healQueue(): boolean {
    if (this.#actions.length > 0) return true
    const reason = 'the queue cannot be read until an agent asks for work, and none is connected'
    const back = this.#reusable[0]
    const open = this.#pools.find((pool) => this.#mayLaunch(pool))
    if (back) this.#uncordon(back, 'queue-needs-agent', reason)
    else if (open) this.#launch(open.pool, 'queue-needs-agent', reason)
    return back !== undefined || open !== undefined
  }

  #leaveUnserved(pool: PoolPolicy): void {
    this.#unserved.set(pool, (this.#unserved.get(pool) ?? 0) + 1)
  }

  #asked(pool: PoolPolicy): boolean {
    return this.#actions.some((action) => action.pool === pool.id)
  }

  #reuseFor(taskClass: number): Member | undefined {
    return this.#reusable.find(
      (member) =>
        // Above a lowered maximum they were cordoned to go.
        (member.standing || (this.#staying.get(member.pool.id) ?? 0) < member.pool.max) &&
        capacityOf(member) > member.running &&
        this.#fits(taskClass, member),
    )
  }

  #fits(taskClass: number, member: Member): boolean {
    const labels = labelsOf(member)
    return labels !== undefined && this.#fit.score(taskClass, this.#fit.agentClassOf(labels)) > 0
  }

  /** Of those made by hand, one that can take it is called back already, or comes up. */
  #standingComes(taskClass: number): boolean {
    const standing = this.#pools.flatMap((pool) => pool.standing)
    return standing.some(
      (member) =>
        (this.#calledBack.has(member) || isExpected(member, this.#input)) && this.#fits(taskClass, member),
    )
  }

  /** Called back, or, if its machine is stopped, started. */
  #uncordon(member: Member, because: Uncordon['because'], reason: string): void {
    const { agent, name, pool, running, standing } = member
    const labels = labelsOf(member)
    if (!agent || !labels) return
    this.#reusable.splice(this.#reusable.indexOf(member), 1)
    this.#calledBack.add(member)
    if (!standing) this.#staying.set(pool.id, (this.#staying.get(pool.id) ?? 0) + 1)
    const step = { pool: pool.id, agent, because, reason }
    this.#actions.push(
      member.state === 'parked'
        ? { kind: 'start', name, ...step, ...(standing && { standing: standing.id }) }
        : { kind: 'uncordon', ...step },
    )
    this.#newSlots.add({ labels, slots: Math.max(0, capacityOf(member) - running), heldBack: false })
  }

  #mayLaunch({ pool, known }: PoolMembers): boolean {
    return known && (this.#room.get(pool.id) ?? 0) > 0 && !this.#permits.refusal(pool)
  }

  #launch(pool: PoolPolicy, because: Launch['because'], reason: string, task?: Task): void {
    this.#permits.grant(pool)
    this.#room.set(pool.id, (this.#room.get(pool.id) ?? 0) - 1)
    this.#staying.set(pool.id, (this.#staying.get(pool.id) ?? 0) + 1)
    const avoid = this.#soldOut(pool)
    const forTask = task && { forTask: task.id }
    this.#actions.push({ kind: 'launch', pool: pool.id, because, reason, avoid, ...forTask })
    this.#newSlots.add({ labels: pool.offer, slots: pool.workflowsPerAgent, heldBack: false })
  }

  /** Those that were sold out a moment ago; the one whose time comes first at the front. */
  #soldOut({ id }: PoolPolicy): readonly string[] {
    const { memory, snapshot } = this.#input
    return [...(memory.soldOut.get(id) ?? [])]
      .filter(([, { untilAt }]) => snapshot.takenAt < untilAt)
      .sort(([, a], [, b]) => a.untilAt - b.untilAt)
      .map(([offering]) => offering)
  }

  #holds(): readonly Hold[] {
    const holds = this.#pools.flatMap((poolMembers) => {
      const { pool } = poolMembers
      const forTasks = Math.ceil((this.#unserved.get(pool) ?? 0) / pool.workflowsPerAgent)
      const wanted = Math.max(forTasks, this.#lacking.get(pool) ?? 0)
      // Where a list could not be read, that is said already.
      return wanted > 0 && poolMembers.known ? this.#whyNotMore(pool, wanted) : []
    })
    return [...this.#permits.holds, ...holds]
  }

  #whyNotMore(pool: PoolPolicy, wanted: number): readonly Hold[] {
    const hold = { kind: 'hold', pool: pool.id, wanted } as const
    const refusal = this.#permits.refusal(pool)
    // That one is told as long as it lasts, whether something is wanted or not.
    if (refusal?.because === 'never-connect') return []
    if (refusal) return [{ ...hold, ...refusal }]
    const reason = `${wanted} more would be of use, but the pool may have ${pool.max}`
    return [{ ...hold, because: 'at-max', reason }]
  }
}

/** After an uncordon that failed the next try waits: meanwhile another agent is found. */
const UNCORDON_PAUSE_MS = 60_000

/** Cordoned, there, and left alone at the moment: it can be called back at once. */
function isReusable(member: Member, takenAt: number): boolean {
  const { state, connected, operation, history, machine } = member
  if (machine?.endingSoon !== undefined) return false
  const failedAt = history?.uncordonFailedAt
  if (failedAt !== undefined && takenAt - failedAt < UNCORDON_PAUSE_MS) return false
  const isBack = (state === 'draining' || state === 'drained') && connected
  return (isBack || state === 'parked') && !operation && labelsOf(member) !== undefined
}

/** Those that still work first, as their machines stay anyway; then those that run, the last cordoned first. */
function byUsefulness(a: Member, b: Member): number {
  const off = Number(a.state === 'parked') - Number(b.state === 'parked')
  return (
    off || b.running - a.running || (b.history?.drain?.cordonedAt ?? 0) - (a.history?.drain?.cordonedAt ?? 0)
  )
}

/** Counts towards the minimum: there or on its way, and not on its way out. */
export function isStaying({ state, agent, operation, machine }: Member): boolean {
  if (machine?.endingSoon !== undefined) return false
  if (operation?.kind === 'cordon' || (agent?.cordoned && operation?.kind !== 'uncordon')) return false
  // What is written now shows in the state only later.
  if (operation?.kind === 'uncordon') return true
  return state === 'launching' || state === 'booting' || state === 'idle' || state === 'busy'
}
