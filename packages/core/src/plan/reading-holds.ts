import type { Hold } from '../model/plan.ts'
import { counted } from '../settings/counted.ts'
import type { PlanInput } from './plan-input.ts'

/** What could not be read, or stands still for everybody, in words. */
export function readingHolds({ snapshot, memory }: PlanInput): readonly Hold[] {
  const { agents, queue, machines, work } = snapshot
  const holds: Hold[] = []
  const add = (because: Hold['because'], reason: string, pool?: string): void => {
    holds.push({ kind: 'hold', pool, because, reason })
  }
  if (!agents.ok) add('agents-unknown', `the agents cannot be read: ${agents.error.message}`)
  if (!queue.ok) {
    const because = queue.error.kind === 'queue-needs-agent' ? 'queue-needs-agent' : 'queue-unknown'
    add(because, `the queue cannot be read: ${queue.error.message}`)
  } else if (queue.value.paused && queue.value.tasks.some((task) => task.state === 'pending')) {
    add('paused', 'the queue is paused: nothing grows beyond the minimum')
  }
  if (work && !work.ok) add('evidence-unknown', `the database cannot be asked: ${work.error.message}`)
  for (const [pool, reading] of machines) {
    if (!reading.ok) add('machines-unknown', `the machines cannot be listed: ${reading.error.message}`, pool)
  }
  for (const [id, { cordonsReverted }] of memory.agents) {
    if (cordonsReverted < 3) continue
    const name = agents.ok ? agents.value.agents.find((agent) => agent.id === id)?.name : undefined
    const reason = `its cordon was undone ${counted(cordonsReverted, 'time')}; something writes its record`
    holds.push({ kind: 'hold', pool: undefined, because: 'cordon-reverted', reason, subject: name ?? id })
  }
  return holds
}
