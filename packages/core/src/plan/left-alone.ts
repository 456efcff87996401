import { taskClassOf, taskClassText } from '../evidence/task-class.ts'
import type { HeldFate } from '../model/fate.ts'
import type { Launch } from '../model/plan.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import { type LeftAlone, leftAloneKey } from '../model/trials.ts'
import type { Fit } from './assign.ts'
import type { Refusal } from './launch-permits.ts'
import type { Member, PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { nextTryAt } from './retry-pause.ts'
import { isExpected } from './supply.ts'

/**
 * So many agents that were launched for a class of tasks may leave it alone before no more are launched for it: the first
 * of them may be deaf.
 */
const TRIED_AT_MOST = 2

/**
 * What is known of classes of tasks that a pool's agents leave alone although they could take them. It is kept by pool
 * and class: new tasks of the class do not begin anew.
 */
export class LeftAloneClasses {
  readonly #input: PlanInput
  readonly #fit: Fit
  /** Launches for a class, by its key, that have not shown yet whether they help. */
  readonly #tries = new Map<string, number>()
  readonly #settlingFor = new Set<string>()
  readonly #keys = new Map<PoolPolicy, Map<number, string>>()

  constructor(input: PlanInput, runnable: readonly Task[], pools: readonly PoolMembers[], fit: Fit) {
    this.#input = input
    this.#fit = fit
    const { memory, snapshot } = input
    for (const { pool, forClass } of snapshot.inFlight)
      if (forClass !== undefined) this.#addTry(leftAloneKey(pool, forClass))
    if (memory.trials.launched.size === 0 || runnable.length === 0) return
    const tasks = new Map(runnable.map((task) => [task.id, task]))
    for (const { members } of pools)
      for (const member of members) {
        const { taskId, taskClass } = memory.trials.launched.get(member.name) ?? {}
        if (taskId === undefined || taskClass === undefined || member.operation?.kind === 'launch') continue
        const key = leftAloneKey(member.pool.id, taskClass)
        if (this.#leftBy(key).some(({ name }) => name === member.name)) continue
        const isSettling = this.#isSettling(member, tasks.get(taskId))
        if (isSettling) this.#settlingFor.add(taskId)
        if (isSettling || isExpected(member, input)) this.#addTry(key)
      }
  }

  /** Why no machine of the pool is launched for the task, as its agents leave such tasks alone; `undefined`: one may be. */
  refusal(pool: PoolPolicy, task: Task): Refusal | undefined {
    if (this.#input.memory.trials.leftAlone.size === 0) return undefined
    const key = this.#keyOf(pool, task)
    const left = this.#leftBy(key)
    if (left.length < TRIED_AT_MOST) return undefined
    const { takenAt } = this.#input.snapshot
    const untilAt = nextTryAt(left, TRIED_AT_MOST, takenAt)
    const because = 'not-taken'
    const reason = `free agents of pool \`${pool.id}\` leave ${this.#classText(pool, task)} alone although their labels fit`
    if (takenAt < untilAt) return { because, reason, untilAt }
    return this.#triesOf(key) > 0 ? { because, reason: `${reason}: one machine is being tried` } : undefined
  }

  /** Why no pool that could serve it may launch for it now: then what is there or comes is for the others. */
  hopelessness(task: Task, pools: readonly PoolMembers[]): HeldFate | undefined {
    let first: HeldFate | undefined
    for (const { pool } of pools) {
      const refusal = this.refusal(pool, task)
      if (refusal?.untilAt === undefined) return undefined
      first ??= { kind: 'held', ...refusal, pool: pool.id }
    }
    return first
  }

  /**
   * Whether a machine that was launched shows in a moment if more would help. `isLeftAlone`: something is free
   * that could take it, and does not: then one or two at a time are tried for all tasks like it, as those that
   * are there may be deaf.
   */
  isTried(task: Task, isLeftAlone: boolean, pools: readonly PoolMembers[]): boolean {
    if (!isLeftAlone) return this.#settlingFor.has(task.id)
    const open = pools.filter(({ pool }) => !this.refusal(pool, task))
    const tried = open.reduce((sum, { pool }) => {
      const key = this.#keyOf(pool, task)
      const left = this.#leftBy(key).length
      return sum + this.#triesOf(key) + (left < TRIED_AT_MOST ? left : 0)
    }, 0)
    return tried >= TRIED_AT_MOST
  }

  /** Notes a launch for the task, and says what for. */
  launched(pool: PoolPolicy, task: Task): Pick<Launch, 'forTask' | 'forClass'> {
    this.#addTry(this.#keyOf(pool, task))
    return { forTask: task.id, forClass: this.#classOf(pool, task) }
  }

  #leftBy(key: string): LeftAlone['by'] {
    return this.#input.memory.trials.leftAlone.get(key)?.by ?? []
  }

  #triesOf(key: string): number {
    return this.#tries.get(key) ?? 0
  }

  #addTry(key: string): void {
    this.#tries.set(key, this.#triesOf(key) + 1)
  }

  #keyOf(pool: PoolPolicy, task: Task): string {
    return leftAloneKey(pool.id, this.#classOf(pool, task))
  }

  #classOf(pool: PoolPolicy, task: Task): string {
    let ofPool = this.#keys.get(pool)
    if (!ofPool) {
      ofPool = new Map()
      this.#keys.set(pool, ofPool)
    }
    const number = this.#fit.classOf(task)
    let known = ofPool.get(number)
    if (known === undefined) {
      known = taskClassOf(task.labels, pool, this.#input.matching)
      ofPool.set(number, known)
    }
    return known
  }

  #classText(pool: PoolPolicy, task: Task): string {
    const text = taskClassText(this.#classOf(pool, task))
    return text === '' ? 'tasks without labels' : `tasks labelled \`${text}\``
  }

  /** It is there, and takes the task in a moment, or leaves it alone. */
  #isSettling({ connected, agent, running }: Member, task: Task | undefined): boolean {
    if (!task || !connected || !agent?.labels || agent.cordoned || running >= agent.capacity) return false
    return this.#fit.score(this.#fit.classOf(task), this.#fit.agentClassOf(agent.labels)) > 0
  }
}
