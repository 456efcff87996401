import type { StatusView } from '@woodpeckers/autoscaler-observer'
import type { VNode } from 'preact'
import { duration } from '../format/duration.ts'
import { money } from '../format/money.ts'
import { count } from '../format/plural.ts'

interface Figure {
  readonly name: string
  readonly value: string
  readonly note?: string
}

/** The numbers that one looks at first. */
export function KeyFigures({ status }: { readonly status: StatusView }): VNode {
  return (
    <dl class="figures" aria-label="Key figures">
      {figuresOf(status).map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <span class="value">{value}</span>
            <span class="note muted">{note ?? '\u00a0'}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function figuresOf({ at, queue, tasks, pools, cost }: StatusView): readonly Figure[] {
  const oldest = tasks.find(({ state, sinceAt }) => state === 'pending' && sinceAt !== undefined)?.sinceAt
  const machines = pools.flatMap((pool) => pool.machines)
  const inState = (...states: string[]): number =>
    machines.filter(({ state }) => states.includes(state)).length
  const booting = inState('booting', 'launching')
  const idle = inState('idle')
  return [
    {
      name: 'Waiting',
      value: queue ? number(queue.pending) : 'unknown',
      note: waitingNote(queue, oldest === undefined ? undefined : at - oldest),
    },
    {
      name: 'Running',
      value: queue ? number(queue.running) : 'unknown',
      note: `on ${count(inState('busy', 'draining'), 'machine')}`,
    },
    {
      name: 'Machines',
      value: number(machines.length),
      note: `${number(booting)} booting, ${number(idle)} idle`,
    },
    { name: 'Cost by the hour', value: money(cost.hourly) },
    { name: 'Today', value: money(cost.today), note: 'since midnight, UTC' },
    { name: 'Today, projected', value: money(cost.projectedToday), note: 'if it goes on like this' },
    { name: 'Idle time today', value: money(cost.idleToday), ...idleShare(cost) },
  ]
}

function waitingNote(queue: StatusView['queue'], oldestMs: number | undefined): string {
  if (!queue) return 'the queue cannot be read'
  if (oldestMs !== undefined) return `the oldest ${duration(oldestMs)}`
  return queue.waiting > 0 ? `${number(queue.waiting)} wait on others` : 'nobody waits'
}

/** What part of today's cost was for no work, where all of it is in one currency. */
function idleShare({ today, idleToday }: StatusView['cost']): { readonly note?: string } {
  const [all] = today
  const [idle] = idleToday
  if (today.length !== 1 || idleToday.length > 1 || !all || all.amount <= 0) return {}
  return { note: `${Math.round(((idle?.amount ?? 0) / all.amount) * 100)} % of today` }
}

function number(value: number): string {
  return value.toLocaleString('en')
}
