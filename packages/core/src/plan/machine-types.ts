import type { PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import type { Fit } from './assign.ts'
import type { Refusal } from './launch-permits.ts'
import type { PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import { machineTypeOf, type Variant } from './variants.ts'

/** Which machine types serve a task, and which of them are to be had. */
export class MachineTypes {
  readonly #input: PlanInput
  readonly #fit: Fit

  constructor(input: PlanInput, fit: Fit) {
    this.#input = input
    this.#fit = fit
  }

  /** Where tasks choose the type, one that is sold out holds up nobody who wants another. `undefined`: one is open. */
  refusal(poolMembers: PoolMembers, task: Task | undefined): Refusal | undefined {
    const { pool } = poolMembers
    if (pool.machineLabel === undefined) return undefined
    const fitting = this.#fitting(poolMembers, task)
    const open = this.#openTypes(poolMembers, this.soldOut(pool))
    if (fitting.some(({ machineType }) => machineType === undefined || open.has(machineType)))
      return undefined
    const types = new Set(fitting.map(({ machineType }) => machineType))
    const untils = [...(this.#input.memory.soldOut.get(pool.id) ?? [])].flatMap(([id, { untilAt }]) =>
      types.has(machineTypeOf(id)) ? untilAt : [],
    )
    const until = untils.length > 0 && { untilAt: Math.min(...untils) }
    return {
      because: 'backing-off',
      reason: `${[...types].join(', ')} was not to be had a moment ago`,
      ...until,
    }
  }

  /** The first that takes the task, and is not sold out, if there is one. */
  variantFor(poolMembers: PoolMembers, task: Task | undefined, avoid: readonly string[]): Variant {
    const fitting = this.#fitting(poolMembers, task)
    if (fitting.length <= 1) return fitting[0] ?? poolMembers.variants[0]
    const open = this.#openTypes(poolMembers, avoid)
    return fitting.find(({ machineType }) => open.has(machineType ?? '')) ?? fitting[0]!
  }

  /** Offerings that were sold out a moment ago; the one whose time comes first at the front. */
  soldOut({ id }: PoolPolicy): readonly string[] {
    const { memory, snapshot } = this.#input
    return [...(memory.soldOut.get(id) ?? [])]
      .filter(([, { untilAt }]) => snapshot.takenAt < untilAt)
      .sort(([, a], [, b]) => a.untilAt - b.untilAt)
      .map(([offering]) => offering)
  }

  #fitting({ variants }: PoolMembers, task: Task | undefined): readonly Variant[] {
    if (!task) return variants
    const taskClass = this.#fit.classOf(task)
    return variants.filter(({ labels }) => this.#fit.score(taskClass, this.#fit.agentClassOf(labels)) > 0)
  }

  #openTypes({ pool }: PoolMembers, avoid: readonly string[]): ReadonlySet<string> {
    const offerings = this.#input.memory.offerings.get(pool.id) ?? []
    const open = offerings.filter(({ id }) => !avoid.includes(id))
    return new Set(open.map(({ id }) => machineTypeOf(id)))
  }
}
