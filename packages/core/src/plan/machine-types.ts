import { machineTypeOf, type Variant } from '../evidence/variants.ts'
import type { PoolPolicy } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import type { Refusal } from './launch-permits.ts'
import type { PoolMembers } from './members.ts'
import type { PlanInput } from './plan-input.ts'
import type { Promises } from './promises.ts'

/** Which machine types serve a task, and which of them are to be had. */
export class MachineTypes {
  readonly #input: PlanInput
  readonly #promises: Promises

  constructor(input: PlanInput, promises: Promises) {
    this.#input = input
    this.#promises = promises
  }

  /** Where types are told apart, one that is refused blocks no task that requires another. `undefined`: one is open. */
  refusal(poolMembers: PoolMembers, task: Task | undefined): Refusal | undefined {
    const { pool } = poolMembers
    if (poolMembers.variants[0].machineType === undefined) return undefined
    const fitting = this.#promises.fitting(poolMembers, task)
    const open = this.#openTypes(poolMembers, this.refused(pool))
    if (fitting.some(({ machineType }) => machineType === undefined || open.has(machineType)))
      return undefined
    const types = new Set(fitting.map(({ machineType }) => machineType))
    const refused = [...(this.#input.memory.refusedOfferings.get(pool.id) ?? [])]
      .filter(([id]) => types.has(machineTypeOf(id)))
      .map(([, refusal]) => refusal)
      .sort((a, b) => a.untilAt - b.untilAt)
    const [next] = refused
    const why = next ? `: ${next.why}` : ''
    return {
      because: 'backing-off',
      reason: `no ${[...types].join(', ')} available${why}`,
      ...(next && { untilAt: next.untilAt }),
    }
  }

  /** The first that takes the task, and was not refused, if there is one. */
  variantFor(poolMembers: PoolMembers, task: Task | undefined, avoid: readonly string[]): Variant {
    const fitting = this.#promises.fitting(poolMembers, task)
    if (fitting.length <= 1) return fitting[0] ?? poolMembers.variants[0]
    const open = this.#openTypes(poolMembers, avoid)
    return fitting.find(({ machineType }) => open.has(machineType ?? '')) ?? fitting[0]!
  }

  /** Offerings that were refused a moment ago; the one whose time comes first at the front. */
  refused({ id }: PoolPolicy): readonly string[] {
    const { memory, snapshot } = this.#input
    return [...(memory.refusedOfferings.get(id) ?? [])]
      .filter(([, { untilAt }]) => snapshot.takenAt < untilAt)
      .sort(([, a], [, b]) => a.untilAt - b.untilAt)
      .map(([offering]) => offering)
  }

  #openTypes({ pool }: PoolMembers, avoid: readonly string[]): ReadonlySet<string> {
    const offerings = this.#input.memory.offerings.get(pool.id) ?? []
    const open = offerings.filter(({ id }) => !avoid.includes(id))
    return new Set(open.map(({ id }) => machineTypeOf(id)))
  }
}
