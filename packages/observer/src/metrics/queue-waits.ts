import { type PoolId, poolOfName, type TickReport } from '@woodpeckers/autoscaler-core'

/** A task that an agent has taken. */
export interface Started {
  /** Of its agent; `undefined`: an agent that is not ours. */
  readonly pool: PoolId | undefined
  /** From the first look in which an agent could have started it to the first in which one had it. */
  readonly waitedMs: number
}

interface Before {
  readonly takenAt: number
  readonly memory: TickReport['input']['memory']
}

/** Finds the tasks that have started since the look before: they ran in this one, and did not in that. */
export class QueueWaits {
  #before: Before | undefined

  onTick({ snapshot, input }: Pick<TickReport, 'snapshot' | 'input'>): readonly Started[] {
    const { queue, agents, takenAt } = snapshot
    // What cannot be read is compared with the next that can.
    if (!queue.ok || !agents.ok) return []
    const before = this.#before
    this.#before = { takenAt, memory: input.memory }
    if (!before) return []
    const { pendingSince, runningTaskIds } = before.memory
    const started = queue.value.tasks.filter(
      ({ id, state }) => state === 'running' && !runningTaskIds.has(id),
    )
    if (started.length === 0) return []
    const pools = new Map(input.pools.map(({ id }) => [id, id]))
    const names = new Map(agents.value.agents.map(({ id, name }) => [id, name]))
    return started.map(({ id, agentId, createdAt }): Started => {
      const name = agentId === undefined ? undefined : names.get(agentId)
      const pool = name === undefined ? undefined : pools.get(poolOfName(name) ?? '')
      const since = pendingSince.get(id)
      if (since !== undefined) return { pool, waitedMs: Math.max(0, takenAt - since) }
      // It became ready and started between two looks.
      const ageMs = Math.max(0, agents.value.serverNowAt - createdAt)
      return { pool, waitedMs: Math.max(0, Math.min(takenAt - before.takenAt, ageMs)) }
    })
  }
}
