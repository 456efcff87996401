import type { World } from '../world/world.ts'
import type { Check } from './check.ts'
import type { Promised } from './verdict.ts'

export type Break = (promise: Promised, what: string) => void

/**
 * No machine is ended while its agent works or holds a result, as the world knows it; but one that was silent for
 * the whole inactivity timeout, or whose record is gone by the world's doing: its result can never be delivered.
 * Nor can the server itself know of work whose id a restored database has given twice.
 */
export function workIsKept(world: World, broken: Break): Check {
  return {
    onMachineEnd(agents, by) {
      for (const agent of agents) {
        if (agent.process.running === 0) continue
        const tasks = [...agent.tasks].join(', ')
        world.timeline.add('world', `${agent.name} goes with ${tasks || 'work'} in hand, by ${by}`)
        if (by === 'world') world.damage.harm(agent, 'its machine went')
        else if (isExcused(agent, world)) {
          for (const task of agent.tasks) world.damage.tasks.add(task)
        } else {
          broken('never kills work', `${agent.name} was ended with ${tasks || 'work'} in hand`)
        }
      }
    },
  }
}

function isExcused(agent: Parameters<NonNullable<Check['onMachineEnd']>>[0][number], world: World): boolean {
  if (agent.harmed === 'its record went') return true
  const { mistakable, cancelled } = world.damage
  if ([...agent.tasks].every((task) => mistakable.has(task) || cancelled.has(task))) return true
  const { inactivityTimeoutMs } = world.policies.of(agent.pool)
  const silentMs = world.clock.now() - (agent.lastContactAt ?? 0)
  return silentMs >= inactivityTimeoutMs
}
