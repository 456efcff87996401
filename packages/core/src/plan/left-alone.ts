import { DEAF_AFTER_MS } from '../evidence/timings.ts'
import type { LaunchedFor } from '../model/memory.ts'
import type { Task } from '../model/task.ts'
import type { Fit } from './assign.ts'
import type { Member, PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { isExpected } from './supply.ts'

/**
 * So many agents that came up for a task may leave it alone before it is taken for one that no agent of ours
 * gets: the first of them may be deaf.
 */
const TRIED_AT_MOST = 2
/** Whatever it is may be over some time: then one more is tried, ever more rarely. */
const FIRST_PAUSE_MS = 15 * 60_000
const LONGEST_PAUSE_MS = 60 * 60_000

/** What is known of tasks that agents leave alone although they could take them. */
export class LeftAlone {
  readonly #input: PlanInput
  readonly #fit: Fit
  /** Of agents that leave tasks of this class alone although they came up for them. */
  readonly #left = new Map<number, NonNullable<LaunchedFor['leftAlone']>[]>()
  /** Launches for tasks of this class that have not shown yet whether they help. */
  readonly #tries = new Map<number, number>()
  readonly #settlingFor = new Set<string>()

  constructor(input: PlanInput, runnable: readonly Task[], pools: readonly PoolMembers[], fit: Fit) {
    this.#input = input
    this.#fit = fit
    const { memory, snapshot } = input
    if (memory.launchedFor.size === 0 && snapshot.inFlight.length === 0) return
    const tasks = new Map(runnable.map((task) => [task.id, task]))
    const members = new Map<string, Member>()
    for (const pool of pools) for (const member of pool.members) members.set(member.name, member)
    for (const { forTask } of snapshot.inFlight) {
      const task = forTask === undefined ? undefined : tasks.get(forTask)
      if (task) this.#addTry(task)
    }
    for (const [name, { taskId, leftAlone }] of memory.launchedFor) {
      const task = tasks.get(taskId)
      const member = members.get(name)
      if (!task) continue
      if (leftAlone) {
        const taskClass = fit.classOf(task)
        this.#left.set(taskClass, [...(this.#left.get(taskClass) ?? []), leftAlone])
      } else if (member && isSettling(member)) {
        this.#settlingFor.add(taskId)
        this.#addTry(task)
      } else if (member && isExpected(member, input)) this.#addTry(task)
    }
  }

  /** Those that came up for it left it alone: the next would do the same. */
  isHopeless(task: Task): boolean {
    const left = this.#leftAloneBy(task)
    return left.length >= TRIED_AT_MOST && this.#input.snapshot.takenAt < nextTryAt(left)
  }

  /**
   * Whether a machine that was launched shows in a moment if more would help. `isLeftAlone`: something is free
   * that could take it, and does not: then one or two at a time are tried for all tasks like it, as those that
   * are there may be deaf.
   */
  isTried(task: Task, isLeftAlone: boolean): boolean {
    const left = this.#leftAloneBy(task).length
    const tries = this.#tries.get(this.#fit.classOf(task)) ?? 0
    if (left >= TRIED_AT_MOST) return tries > 0
    return isLeftAlone ? left + tries >= TRIED_AT_MOST : this.#settlingFor.has(task.id)
  }

  tried(task: Task): void {
    this.#addTry(task)
  }

  #addTry(task: Task): void {
    const taskClass = this.#fit.classOf(task)
    this.#tries.set(taskClass, (this.#tries.get(taskClass) ?? 0) + 1)
  }

  /** Agents that came up for it, or for one like it, and were free for long while it waited. */
  #leftAloneBy(task: Task): readonly NonNullable<LaunchedFor['leftAlone']>[] {
    const left = this.#left.get(this.#fit.classOf(task)) ?? []
    const { memory, snapshot } = this.#input
    const pendingSince = memory.pendingSince.get(task.id) ?? snapshot.takenAt
    return left.filter(({ seenAt }) => seenAt - pendingSince >= DEAF_AFTER_MS)
  }
}

function nextTryAt(left: readonly NonNullable<LaunchedFor['leftAlone']>[]): number {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (left.length - TRIED_AT_MOST), LONGEST_PAUSE_MS)
  return Math.max(...left.map(({ since }) => since)) + pauseMs
}

function isSettling({ connected, agent, running }: Member): boolean {
  return connected && agent?.cordoned === false && running < agent.capacity
}
