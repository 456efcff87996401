import type { Fate, HeldFate } from '../model/fate.ts'
import type { Labels } from '../model/labels.ts'
import type { Hold, Launch, Start, Uncordon } from '../model/plan.ts'
import type { PoolId, PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import { counted } from '../settings/counted.ts'
import { formatDuration } from '../settings/duration.ts'
import { type Fit, SlotBoard } from './assign.ts'
import { teardownMarginMs, untilPaidHourEndsMs } from './billing.ts'
import { bufferSlots, bufferText } from './buffer.ts'
import { isDrainCancelled } from './cancelled-drain.ts'
import { GrowthHolds } from './growth-holds.ts'
import type { Refusal } from './launch-permits.ts'
import { LaunchRoom } from './launch-room.ts'
import type { LeftAloneClasses } from './left-alone.ts'
import { MachineTypes } from './machine-types.ts'
import { capacityOf, labelsOf, type Member, type PoolMembers } from './members.ts'
import { isToGo } from './orders.ts'
import type { PlanInput } from './plan-input.ts'
import { inOrder } from './pool-order.ts'
import { Prices } from './prices.ts'
import { Promises } from './promises.ts'
import { isRenewalDue, isRenewing, renewalsAtATime, whyRenew } from './renewal.ts'
import { byUsefulness, isReusable, leftItAlone } from './reuse.ts'
import { mayStart } from './standing-start.ts'
import { isStaying } from './staying.ts'
import { isExpected, startupAllowanceMs } from './supply.ts'

/** What grows, and why nothing more does. */
export interface Growth {
  readonly actions: readonly (Launch | Start | Uncordon)[]
  readonly holds: readonly Hold[]
}

const SHARES: Fate = { kind: 'shares' }
const NO_POOL: HeldFate = {
  kind: 'held',
  because: 'no-pool-matches',
  reason: 'the agents of no pool can take it',
}

/** For whom something grows, as a cause and as a sentence. */
interface Want {
  readonly because: 'demand' | 'prewarm'
  readonly launch: string
  readonly callBack: string
}

/**
 * Asks for agents, cordoned ones of ours first, until each task has a slot, each pool its minimum, and its free
 * slots. It keeps the books of one plan: whom it has called back, and what it could not do.
 */
export class Grower {
  readonly #input: PlanInput
  readonly #fit: Fit
  readonly #pools: readonly PoolMembers[]
  readonly #room: LaunchRoom
  readonly #reusable: Member[]
  readonly #calledBack = new Set<Member>()
  readonly #newSlots: SlotBoard
  readonly #actions: (Launch | Start | Uncordon)[] = []
  readonly #holds = new GrowthHolds()
  readonly #promises: Promises
  readonly #leftAlone: LeftAloneClasses
  readonly #types: MachineTypes
  /** Members whose launches can be repeated, by pool, the oldest last. */
  readonly #unfinished: ReadonlyMap<PoolId, Member[]>
  /** Agents that stay or come, by pool. */
  readonly #staying = new Map<PoolId, number>()
  readonly #poolsOfClass = new Map<number, readonly PoolMembers[]>()
  readonly #noReuse = new Set<number>()

  constructor(input: PlanInput, pools: readonly PoolMembers[], fit: Fit, leftAlone: LeftAloneClasses) {
    const prices = new Prices(input)
    this.#input = input
    this.#fit = fit
    this.#promises = new Promises(input, fit, pools)
    this.#leftAlone = leftAlone
    this.#types = new MachineTypes(input, this.#promises)
    this.#pools = inOrder(pools, prices)
    this.#newSlots = new SlotBoard(fit, [])
    this.#room = new LaunchRoom(input, pools, prices)
    for (const { pool, members } of pools) this.#staying.set(pool.id, members.filter(isStaying).length)
    this.#unfinished = new Map(
      pools.map(({ pool, members }) => [
        pool.id,
        members
          .filter((member) => member.isUnfinished && !isToGo(member, input.orders))
          .sort((a, b) => b.sinceAt - a.sinceAt),
      ]),
    )
    const canBeReused = (member: Member): boolean => isReusable(member, input) && mayStart(member, input)
    this.#reusable = pools
      .flatMap(({ members, standing }) => [...standing, ...members].filter(canBeReused))
      .sort(byUsefulness)
    this.#uncordonCancelled()
    this.#callBackForBoughtHours()
  }

  get growth(): Growth {
    return { actions: this.#actions, holds: [...this.#room.holds, ...this.#holds.holds(this.#pools)] }
  }

  /**
   * Finds a slot for a task that has none: one asked for already, a cordoned agent, or a new machine.
   */
  serve(task: Task): Fate {
    return this.#serve(task, this.poolsFor(this.#fit.classOf(task)), this.#waitedMs(task), {
      because: 'demand',
      launch: `no free slot takes ${task.title}`,
      callBack: `${task.title} waits, and this agent can take it`,
    })
  }

  /** The same for a task that waits on running ones alone, by pools that are to be ready for it. */
  prewarm(task: Task): void {
    const pools = this.poolsFor(this.#fit.classOf(task)).filter(({ pool }) => pool.prewarm)
    if (pools.length === 0) return
    this.#serve(task, pools, Number.POSITIVE_INFINITY, {
      because: 'prewarm',
      launch: `${task.title} comes when what it waits on has ended, and no slot is free for it then`,
      callBack: `${task.title} comes when what it waits on has ended, and this agent can take it`,
    })
  }

  #serve(task: Task, pools: readonly PoolMembers[], waitedMs: number, want: Want): Fate {
    const taskClass = this.#fit.classOf(task)
    if (this.#newSlots.take(taskClass, false)) return SHARES
    const back = this.#noReuse.has(taskClass) ? undefined : this.#reuseFor(task)
    if (back) {
      this.#uncordon(back, want.because, want.callBack)
      this.#newSlots.take(taskClass, false)
      return { kind: 'called-back', pool: back.pool.id, name: back.name }
    }
    // What this task was left alone by may take a younger one.
    if (!this.#reusable.some((member) => this.#fits(taskClass, member))) this.#noReuse.add(taskClass)
    const open = pools.find((pool) => !this.#refusal(pool, task, waitedMs))
    if (!open) {
      const [first] = pools
      if (!first) return NO_POOL
      return want.because === 'demand' ? this.#leaveUnserved(first, task, waitedMs) : NO_POOL
    }
    this.#launch(open, want.because, want.launch, task)
    this.#newSlots.take(taskClass, false)
    return { kind: 'launched', pool: open.pool.id }
  }

  /** The pools whose agents could take tasks of the class, in their order. */
  poolsFor(taskClass: number): readonly PoolMembers[] {
    let pools = this.#poolsOfClass.get(taskClass)
    if (!pools) {
      pools = this.#pools.filter(({ variants }) =>
        variants.some(({ labels, promised }) =>
          [labels, promised].some((each) => this.#takes(taskClass, each)),
        ),
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
    const back = this.#noReuse.has(taskClass) ? undefined : this.#reuseFor(task)
    if (!back && !this.#reusable.some((member) => this.#fits(taskClass, member))) this.#noReuse.add(taskClass)
    const open = pools.find((pool) => !this.#refusal(pool, task))
    if (back) this.#uncordon(back, 'demand', reason)
    else if (open) this.#launch(open, 'requeued', reason)
    else if (pools[0]) this.#leaveUnserved(pools[0], task)
    return back !== undefined || open !== undefined
  }

  /** Fills each pool up to its minimum. */
  fillMinimum(): void {
    for (const poolMembers of this.#pools) {
      const { pool } = poolMembers
      const missing = pool.min - (this.#staying.get(pool.id) ?? 0)
      this.#fill(poolMembers, missing, 'min', (left) => {
        const has = pool.min - left
        return `the pool keeps ${counted(pool.min, 'agent')}, and has ${has}`
      })
    }
  }

  /**
   * Fills each pool up to the free slots that it keeps; `free`: those of a pool that no task has taken. Slots of its own
   * count first, then what pools of the same labels have to spare: which of them the server fills, nobody knows.
   */
  fillBuffers(free: (pool: PoolId) => number): void {
    if (!this.#pools.some((poolMembers) => bufferSlots(poolMembers) > 0)) return
    const spare = new Map<string, number>()
    const lacking: { readonly poolMembers: PoolMembers; readonly missing: number; readonly alike: string }[] =
      []
    for (const poolMembers of this.#pools) {
      const { pool, variants } = poolMembers
      // By all labels: classes tell apart only what the tasks of this look do.
      const alike = JSON.stringify(Object.entries(variants[0].labels).sort())
      const wanted = bufferSlots(poolMembers)
      const left = free(pool.id) + this.#newSlots.leftOf(pool.id) - wanted
      if (left >= 0) spare.set(alike, (spare.get(alike) ?? 0) + left)
      else if (wanted > 0) lacking.push({ poolMembers, missing: Math.min(wanted, -left), alike })
    }
    for (const { poolMembers, missing, alike } of lacking) {
      const { pool } = poolMembers
      const lent = Math.min(missing, spare.get(alike) ?? 0)
      spare.set(alike, (spare.get(alike) ?? 0) - lent)
      const agents = Math.ceil((missing - lent) / (poolMembers.variants[0].slots || 1))
      this.#fill(poolMembers, agents, 'buffer', () => `the pool keeps ${bufferText(pool)}`)
    }
  }

  /** Whether the pool could launch, but for its own maximum and batch. */
  mayReplace(id: PoolId): boolean {
    const poolMembers = this.#pools.find(({ pool }) => pool.id === id)
    const because = poolMembers && this.#refusal(poolMembers)?.because
    return poolMembers !== undefined && (because === undefined || because === 'at-max' || because === 'batch')
  }

  /** Makes replacements first where the minimum would be broken by those that go. */
  replaceRenewed(): void {
    for (const poolMembers of this.#pools) {
      const { pool, members } = poolMembers
      const staying = this.#staying.get(pool.id) ?? 0
      if (this.#asked(pool) || isRenewing(members)) continue
      const hasSpare = staying > pool.min && bufferSlots(poolMembers) === 0
      if (hasSpare || staying === 0 || (pool.min === 0 && bufferSlots(poolMembers) === 0)) continue
      const leadMs = startupAllowanceMs(pool, this.#input.memory)
      const due = members
        .filter((member) => isStaying(member) && isRenewalDue(member, this.#input, leadMs))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      const renewed = members.filter((member) => isStaying(member) && !whyRenew(member, this.#input)).length
      // Those that were made for it already are the replacements.
      const needed = Math.max(pool.min, Math.ceil(bufferSlots(poolMembers) / pool.workflowsPerAgent))
      const wanted = renewed >= needed ? 0 : Math.min(due.length, renewalsAtATime(poolMembers))
      for (let left = wanted; left > 0 && !this.#refusal(poolMembers); left--)
        this.#launch(
          poolMembers,
          'renewal',
          `in place of ${due[wanted - left]!.name}, which is to be renewed`,
        )
    }
  }

  #fill(
    poolMembers: PoolMembers,
    missing: number,
    because: 'min' | 'buffer',
    reason: (left: number) => string,
  ): void {
    const { pool } = poolMembers
    for (let left = missing; left > 0; left--) {
      // Above a lowered maximum they were cordoned to go.
      const mayStay = (this.#staying.get(pool.id) ?? 0) < pool.max
      const back = mayStay
        ? this.#reusable.find((member) => member.pool === pool && !member.standing)
        : undefined
      const refusal = back ? undefined : this.#refusal(poolMembers)
      if (back) this.#uncordon(back, because, reason(left))
      else if (!refusal) this.#launch(poolMembers, because, reason(left))
      else {
        this.#holds.lack(pool, refusal, left)
        break
      }
    }
  }

  /** The queue cannot be read until some agent asks for work, and none is there to do so. Answers whether one comes. */
  healQueue(): boolean {
    if (this.#actions.length > 0) return true
    const reason = 'the queue cannot be read until an agent asks for work, and none is connected'
    const back = this.#reusable[0]
    const open = this.#pools.find((pool) => !this.#refusal(pool))
    if (back) this.#uncordon(back, 'queue-needs-agent', reason)
    else if (open) this.#launch(open, 'queue-needs-agent', reason)
    return back !== undefined || open !== undefined
  }

  /** An order to drain that was cancelled is as if it had never been given. */
  #uncordonCancelled(): void {
    for (const { members } of this.#pools)
      for (const member of members)
        if (!member.operation && isDrainCancelled(member, this.#input))
          this.#uncordon(member, 'cancelled', 'the order to drain it was cancelled')
  }

  /**
   * One that was to go before its paid hour ended, and was not gone in time, as it was given a task all the same:
   * now that another hour is paid, it serves that too.
   */
  #callBackForBoughtHours(): void {
    for (const member of [...this.#reusable]) {
      if (member.state === 'parked') continue
      if (member.history?.drain?.because !== 'paid-hour-ends') continue
      const leftMs = untilPaidHourEndsMs(member, this.#input.snapshot.takenAt)
      if (leftMs === undefined || leftMs <= teardownMarginMs(member.pool)) continue
      if ((this.#staying.get(member.pool.id) ?? 0) >= member.pool.max) continue
      const reason = `another hour has begun, which is paid for ${formatDuration(leftMs)} more`
      this.#uncordon(member, 'hour-bought', reason)
    }
  }

  #waitedMs({ id }: Task): number {
    const { snapshot, memory } = this.#input
    return snapshot.takenAt - (memory.pendingSince.get(id) ?? snapshot.takenAt)
  }

  /** Why the pool launches nothing now, for this task or for its own minimum; `undefined`: it may. */
  #refusal(poolMembers: PoolMembers, task?: Task, waitedMs?: number): Refusal | undefined {
    return (
      this.#promises.refusal(poolMembers, task) ??
      (task && this.#leftAlone.refusal(poolMembers.pool, task)) ??
      this.#room.refusal(poolMembers, this.#nextRepeated(poolMembers), waitedMs) ??
      this.#types.refusal(poolMembers, task)
    )
  }

  #leaveUnserved(poolMembers: PoolMembers, task: Task, waitedMs?: number): HeldFate {
    const { pool } = poolMembers
    const refusal = this.#refusal(poolMembers, task, waitedMs)
    return refusal ? this.#holds.leaveTask(pool, refusal) : NO_POOL
  }

  #asked(pool: PoolPolicy): boolean {
    return this.#actions.some((action) => action.pool === pool.id)
  }

  #reuseFor(task: Task): Member | undefined {
    const taskClass = this.#fit.classOf(task)
    const waitedMs = this.#waitedMs(task)
    return this.#reusable.find(
      (member) =>
        !leftItAlone(member, this.#input.snapshot.takenAt - waitedMs) &&
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
    const at = this.#reusable.indexOf(member)
    if (at >= 0) this.#reusable.splice(at, 1)
    this.#calledBack.add(member)
    if (!standing) this.#staying.set(pool.id, (this.#staying.get(pool.id) ?? 0) + 1)
    const step = { pool: pool.id, agent, because, reason }
    this.#actions.push(
      member.state === 'parked'
        ? { kind: 'start', name, ...step, ...(standing && { standing: standing.id }) }
        : { kind: 'uncordon', ...step },
    )
    const slots = Math.max(0, capacityOf(member) - running)
    this.#newSlots.add({ labels, slots, pool: pool.id, heldBack: false })
  }

  #launch(poolMembers: PoolMembers, because: Launch['because'], reason: string, task?: Task): void {
    const { pool } = poolMembers
    const repeated = this.#nextRepeated(poolMembers)
    this.#room.grant(poolMembers, repeated)
    this.#unfinished.get(pool.id)?.pop()
    this.#staying.set(pool.id, (this.#staying.get(pool.id) ?? 0) + 1)
    const avoid = this.#types.refused(pool)
    const { labels, machineType, slots } = this.#types.variantFor(poolMembers, task, avoid)
    this.#promises.launched(pool.id)
    const type = machineType !== undefined && { machineType }
    const forTask = task && because === 'demand' && this.#leftAlone.launched(pool, task)
    const name = repeated && { name: repeated.name }
    const why = repeated ? `${reason}; repeats a launch that was left unfinished` : reason
    this.#actions.push({
      kind: 'launch',
      pool: pool.id,
      ...name,
      because,
      reason: why,
      avoid,
      ...type,
      ...forTask,
    })
    this.#newSlots.add({ labels, slots, pool: pool.id, heldBack: false })
  }

  #nextRepeated({ pool }: PoolMembers): Member | undefined {
    return this.#unfinished.get(pool.id)?.at(-1)
  }

  #takes(taskClass: number, labels: Labels): boolean {
    return this.#fit.score(taskClass, this.#fit.agentClassOf(labels)) > 0
  }
}
