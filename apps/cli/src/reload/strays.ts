import type { Log, TickReport } from '@woodpeckers/autoscaler-core'
import { counted } from '@woodpeckers/autoscaler-core'

const NAME = /^pool-(.+)-agent-[A-Za-z0-9]{1,32}$/
const NAMED_AT_MOST = 3

/** Agents that an autoscaler made, by pool, where nobody has named the pool. */
export function straysOf(
  { snapshot: { agents } }: Pick<TickReport, 'snapshot'>,
  ids: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const strays = new Map<string, string[]>()
  for (const { name } of agents.ok ? agents.value.agents : []) {
    const pool = NAME.exec(name)?.[1]
    if (pool === undefined || ids.includes(pool)) continue
    strays.set(pool, [...(strays.get(pool) ?? []), name])
  }
  return strays
}

/** Says so once: nobody ends them. Without the list of agents it is too early; answers whether it was told. */
export function tellStrays(report: TickReport, ids: readonly string[], log: Log): boolean {
  if (!report.snapshot.agents.ok) return false
  for (const [pool, names] of straysOf(report, ids)) {
    const some = names.slice(0, NAMED_AT_MOST).join(', ') + (names.length > NAMED_AT_MOST ? ' …' : '')
    log.warn(
      { pool, agents: names.length },
      `${counted(names.length, 'agent')} of the pool ${pool}, which nobody has named: ${some}; unless another autoscaler has it, end them with: drain --pool ${pool}`,
    )
  }
  return true
}
