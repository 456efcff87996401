import type { Shown, Variant } from '../evidence/variants.ts'
import type { PoolId } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import type { Fit } from './assign.ts'
import { whatIsMissing } from './label-texts.ts'
import type { Refusal } from './launch-permits.ts'
import type { PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { nextTryAt } from './retry-pause.ts'

/** So many machines may register otherwise than promised before no more are launched for what only the promise serves. */
const TRIED_AT_MOST = 2
/** Of machine types that nobody has seen yet so many together. */
const TYPES_TRIED_AT_MOST = 4

/** How far a variant serves a class of tasks. */
type Serves =
  /** Its agents do, or nothing speaks against it. */
  | 'surely'
  /** Only the settings say so: agents register otherwise. */
  | 'as-promised'
  | 'not'

/**
 * What settings promise and agents do not keep. What agents registered with is what a pool offers; for tasks that only
 * the promise serves a few machines are tried, and then one now and then.
 */
export class Promises {
  readonly #input: PlanInput
  readonly #fit: Fit
  /** Machines of which nobody has seen yet what their agents register with. */
  readonly #untold = new Map<PoolId, number>()
  /** What was answered for a pool and a class of tasks (`undefined`: no task): the same until something is launched. */
  readonly #fitting = new Map<PoolId, Map<number | undefined, readonly Variant[]>>()
  readonly #refusals = new Map<PoolId, Map<number | undefined, Refusal | undefined>>()

  constructor(input: PlanInput, fit: Fit, pools: readonly PoolMembers[]) {
    this.#input = input
    this.#fit = fit
    for (const { pool, members } of pools) {
      const untold = members.filter(({ state }) => state === 'launching' || state === 'booting')
      this.#untold.set(pool.id, untold.length)
    }
  }

  /** The variants on which a machine for the task may be launched: the sure ones, or else those that are promised. */
  fitting(poolMembers: PoolMembers, task: Task | undefined): readonly Variant[] {
    return this.#once(this.#fitting, poolMembers, task, () => this.#findFitting(poolMembers, task))
  }

  /** Why no machine is launched for the task, as agents of the pool register otherwise; `undefined`: one may be. */
  refusal(poolMembers: PoolMembers, task: Task | undefined): Refusal | undefined {
    return this.#once(this.#refusals, poolMembers, task, () => this.#refusalOf(poolMembers, task))
  }

  launched(pool: PoolId): void {
    this.#untold.set(pool, (this.#untold.get(pool) ?? 0) + 1)
    this.#refusals.delete(pool)
  }

  #once<Answer>(
    known: Map<PoolId, Map<number | undefined, Answer>>,
    { pool }: PoolMembers,
    task: Task | undefined,
    find: () => Answer,
  ): Answer {
    const ofPool = known.get(pool.id) ?? new Map<number | undefined, Answer>()
    known.set(pool.id, ofPool)
    const taskClass = task && this.#fit.classOf(task)
    const answer = ofPool.has(taskClass) ? (ofPool.get(taskClass) as Answer) : find()
    ofPool.set(taskClass, answer)
    return answer
  }

  #findFitting({ variants }: PoolMembers, task: Task | undefined): readonly Variant[] {
    const surely = variants.filter((variant) => this.#serves(variant, task) === 'surely')
    if (surely.length > 0) return surely
    const promised = variants.filter((variant) => this.#serves(variant, task) === 'as-promised')
    // One that nobody has seen says more than one that has failed.
    return promised.toSorted((a, b) => Number(hasShown(a)) - Number(hasShown(b)))
  }

  #refusalOf(poolMembers: PoolMembers, task: Task | undefined): Refusal | undefined {
    const { pool, variants } = poolMembers
    const fitting = this.fitting(poolMembers, task)
    if (fitting.length === 0 || fitting.some((variant) => this.#serves(variant, task) === 'surely'))
      return undefined
    const failed = this.#failed(fitting, task)
    const last = failed.at(-1)
    if (!last) return undefined
    const { takenAt } = this.#input.snapshot
    const untold = this.#untold.get(pool.id) ?? 0
    const isUnseenLeft = fitting.some((variant) => !hasShown(variant))
    const most = isUnseenLeft ? TYPES_TRIED_AT_MOST : TRIED_AT_MOST
    if (failed.length + untold < TRIED_AT_MOST) return undefined
    const because = 'labels-differ'
    const differs = whatIsMissing(pool, variants, last, task, this.#input.matching)
    if (untold > 0) return { because, reason: `${differs} (one machine is being tried)` }
    if (failed.length < most) return undefined
    const untilAt = nextTryAt(
      failed.map(({ registered }) => registered),
      most,
      takenAt,
    )
    return takenAt < untilAt ? { because, reason: differs, untilAt } : undefined
  }

  /** Without a task: whether it has any slot. */
  #serves(variant: Variant, task: Task | undefined): Serves {
    const { labels, promised, slots, shown } = variant
    const isPromised = this.#isFor(task, promised)
    if (!isPromised && task && this.#isKeptOut(task, variant)) return 'not'
    const isSeen = hasShown(variant)
    if (isSeen && slots > 0 && this.#isFor(task, labels)) return 'surely'
    if (!isPromised) return 'not'
    const speaksAgainst = isSeen || shown.slice(-1).some((each) => !this.#showsIt(each, task))
    return speaksAgainst ? 'as-promised' : 'surely'
  }

  /** The pool's settings keep it from such tasks, whatever its agents would take. */
  #isKeptOut({ labels }: Task, { promised }: Variant): boolean {
    return this.#input.matching.obstacle(labels, promised)?.demanded === true
  }

  /** Registrations that speak against it, since the last that spoke for it; oldest first. */
  #failed(variants: readonly Variant[], task: Task | undefined): readonly Shown[] {
    // By their place: all variants have the same registrations, in one order.
    const failed: Shown[] = []
    for (const { shown } of variants) {
      const lastKept = shown.findLastIndex((each) => this.#showsIt(each, task))
      for (let at = lastKept + 1; at < shown.length; at++)
        if (!failed[at] || shown[at]!.isOwn) failed[at] = shown[at]!
    }
    return failed.filter((each) => each !== undefined)
  }

  #showsIt({ labels, slots }: Shown, task: Task | undefined): boolean {
    return slots > 0 && this.#isFor(task, labels)
  }

  #isFor(task: Task | undefined, labels: Variant['labels']): boolean {
    return !task || this.#fit.score(this.#fit.classOf(task), this.#fit.agentClassOf(labels)) > 0
  }
}

/** Whether an agent of just this variant has registered. */
function hasShown({ shown }: Variant): boolean {
  return shown.some(({ isOwn }) => isOwn)
}
