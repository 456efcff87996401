import type { MemberView, Outcome, PoolId, TickReport } from '@woodpeckers/autoscaler-core'
import type { Capacity } from '../capacity.ts'
import type { MachineBar, Phase } from '../views/history-view.ts'
import { addPhase, doingOf } from './phases.ts'

interface Bar extends Omit<MachineBar, 'phases' | 'toAt' | 'offering'> {
  readonly phases: Phase[]
  toAt: number | undefined
  offering: string | undefined
  /** Of the latest tick that showed it. */
  seenBy: number
  /** When its end was done, as far as this process did it. */
  endedAt: number | undefined
}

/** A bar for each machine: those that are there, and the latest of those that have ended. */
export class MachineBars {
  readonly #capacity: Capacity
  readonly #there = new Map<string, Bar>()
  /** In the order of their ends. */
  readonly #ended = new Map<string, Bar>()

  constructor(capacity: Capacity) {
    this.#capacity = capacity
  }

  /** Answers those that are new, that do something else now, or that have ended. */
  onTick({ tick, plan, snapshot }: Pick<TickReport, 'tick' | 'plan' | 'snapshot'>): readonly MachineBar[] {
    const { takenAt, agents, machines, queue } = snapshot
    // What could not be read is as it was.
    const isKnown = (pool: PoolId): boolean => agents.ok && machines.get(pool)?.ok === true
    const changed: Bar[] = []
    for (const { id, members } of plan.pools) {
      if (!isKnown(id)) continue
      for (const member of members) {
        const bar = this.#see(member, id, tick, takenAt, queue.ok)
        if (bar) changed.push(bar)
      }
    }
    for (const bar of this.#there.values()) {
      if (bar.seenBy === tick || (machines.has(bar.pool) && !isKnown(bar.pool))) continue
      this.#end(bar, takenAt)
      changed.push(bar)
    }
    this.#forget(takenAt - this.#capacity.historyMs)
    return changed.map(viewOf)
  }

  onOutcome({ action, name, result, at }: Outcome): void {
    const bar = action.kind === 'terminate' && result === 'done' ? this.#there.get(name) : undefined
    if (bar) bar.endedAt = at
  }

  bar(name: string): MachineBar | undefined {
    const bar = this.#there.get(name) ?? this.#ended.get(name)
    return bar && viewOf(bar)
  }

  all(): readonly MachineBar[] {
    return [...this.#ended.values(), ...this.#there.values()].map(viewOf)
  }

  #see(
    member: MemberView,
    pool: PoolId,
    tick: number,
    takenAt: number,
    isQueueKnown: boolean,
  ): Bar | undefined {
    const { name, state, offering } = member
    const doing = doingOf(state)
    if (!doing) return undefined
    const known = this.#there.get(name)
    if (known) {
      known.seenBy = tick
      known.offering ??= offering
      const last = known.phases.at(-1)?.doing
      // Without the queue nobody knows whether it still works.
      if (last === doing || (last === 'busy' && doing === 'idle' && !isQueueKnown)) return undefined
      addPhase(known.phases, { fromAt: takenAt, doing }, this.#capacity.phases)
      return known
    }
    const bar = this.#revived(name) ?? begun(member, pool, doing, takenAt)
    bar.seenBy = tick
    addPhase(bar.phases, { fromAt: takenAt, doing }, this.#capacity.phases)
    this.#there.set(name, bar)
    return bar
  }

  /** A list that was late did not show it for a while. */
  #revived(name: string): Bar | undefined {
    const bar = this.#ended.get(name)
    if (!bar) return undefined
    this.#ended.delete(name)
    bar.toAt = undefined
    return bar
  }

  #end(bar: Bar, takenAt: number): void {
    this.#there.delete(bar.name)
    bar.toAt = Math.min(bar.endedAt ?? takenAt, takenAt)
    this.#ended.set(bar.name, bar)
  }

  #forget(before: number): void {
    for (const [name, { toAt = 0 }] of this.#ended) {
      if (this.#ended.size <= this.#capacity.endedMachines && toAt >= before) break
      this.#ended.delete(name)
    }
  }
}

function begun(
  { name, sinceAt, offering }: MemberView,
  pool: PoolId,
  doing: Phase['doing'],
  takenAt: number,
): Bar {
  const fromAt = Math.min(sinceAt ?? takenAt, takenAt)
  // What it did before it was first seen nobody knows: most likely what it does now.
  return {
    name,
    pool,
    fromAt,
    phases: [{ fromAt, doing }],
    toAt: undefined,
    offering,
    seenBy: 0,
    endedAt: undefined,
  }
}

function viewOf({ name, pool, fromAt, toAt, phases, offering }: Bar): MachineBar {
  return {
    name,
    pool,
    fromAt,
    ...(toAt !== undefined && { toAt }),
    phases: [...phases],
    ...(offering !== undefined && { offering }),
  }
}
