import type { Agent, AgentId } from '../model/agent.ts'
import type { Machine } from '../model/machine.ts'
import { poolOfName } from '../model/names.ts'
import type { PoolId } from '../model/pool.ts'
import type { Operation } from '../model/snapshot.ts'
import type { Task } from '../model/task.ts'
import { oncePer } from './once-per.ts'

// What a snapshot lists, by its keys: observing and planning look it up again and again.

/** All records of a name. The one that has registered comes first: it is the one that works. */
export const agentsByName: (agents: readonly Agent[]) => ReadonlyMap<string, readonly Agent[]> = oncePer(
  (agents) => {
    const byName = new Map<string, Agent[]>()
    for (const agent of agents) {
      const same = byName.get(agent.name)
      if (!same) byName.set(agent.name, [agent])
      else if (agent.lastContactAt !== undefined && same[0]?.lastContactAt === undefined) same.unshift(agent)
      else same.push(agent)
    }
    return byName
  },
)

export const agentsById: (agents: readonly Agent[]) => ReadonlyMap<AgentId, Agent> = oncePer(
  (agents) => new Map(agents.map((agent) => [agent.id, agent])),
)

/** Names with a record, by the pool that gives such names. */
export const recordedNames: (agents: readonly Agent[]) => ReadonlyMap<PoolId | undefined, readonly string[]> =
  oncePer((agents) => Map.groupBy(agentsByName(agents).keys(), poolOfName))

export const machinesByName: (machines: readonly Machine[]) => ReadonlyMap<string, Machine> = oncePer(
  (machines) => new Map(machines.map((machine) => [machine.name, machine])),
)

export const operationsByName: (operations: readonly Operation[]) => ReadonlyMap<string, Operation> = oncePer(
  (operations) => new Map(operations.map((operation) => [operation.name, operation])),
)

export const taskIds: (tasks: readonly Task[]) => ReadonlySet<string> = oncePer(
  (tasks) => new Set(tasks.map(({ id }) => id)),
)
