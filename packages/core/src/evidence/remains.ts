import type { Agent } from '../model/agent.ts'
import type { PoolId } from '../model/pool.ts'
import type { MachinesReading, Reading } from '../model/snapshot.ts'
import { agentsByName } from './lists.ts'

type Lists = ReadonlyMap<PoolId, Reading<MachinesReading>>

/**
 * The lists without what machines that are gone have left over, while their agents have records: those are settled first,
 * as of any machine that disappeared. What is left over is removed after that.
 */
export function withoutRemains(lists: Lists, agents: readonly Agent[]): Lists {
  const recorded = agentsByName(agents)
  return new Map(
    [...lists].map(([pool, reading]) => {
      if (!reading.ok || !reading.value.machines.some(({ isRemains }) => isRemains)) return [pool, reading]
      const machines = reading.value.machines.filter(
        ({ isRemains, name }) => !isRemains || !recorded.has(name),
      )
      return [pool, { ok: true, value: { ...reading.value, machines } }]
    }),
  )
}
