import {
  counted,
  formatDuration,
  type Hold,
  type HoldCause,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import { clip } from '../capacity.ts'
import { holdLevel } from '../events/hold-levels.ts'
import type { Verdict } from '../views/status-view.ts'
import { type Unread, unreadText } from './unread.ts'
import { countWaiting, type Waiting } from './waiting.ts'

/** Holds that are told in other words, or that end by themselves within a moment. */
const SAID_OTHERWISE: ReadonlySet<HoldCause> = new Set([
  'agents-unknown',
  'queue-unknown',
  'machines-unknown',
  'evidence-unknown',
])

/** What a task may wait for as a matter of course. */
const PASSES: ReadonlySet<HoldCause> = new Set([
  'batch',
  'scale-up-delay',
  'concurrency-group',
  'requeued',
  'queue-needs-agent',
])

/** Is all well? What does not work comes first, then what somebody should look at, then how things go. */
export function verdictOf(report: TickReport, unread: readonly Unread[]): Verdict {
  const { plan, snapshot } = report
  const [first] = unread.filter(({ error }) => error.kind !== 'queue-needs-agent')
  if (first) return { level: 'trouble', sentence: clip(unreadText(first, snapshot.takenAt), 500) }
  const alarms = plan.holds.filter(({ because }) => !SAID_OTHERWISE.has(because))
  const trouble = alarms.filter(({ because }) => holdLevel(because) === 'trouble')
  if (trouble.length > 0) return { level: 'trouble', sentence: holdSentence(trouble) }
  const waiting = countWaiting(report)
  const [worst] = waiting.held.filter(({ fate }) => !PASSES.has(fate.because))
  if (worst) return { level: 'attention', sentence: heldSentence(waiting, worst) }
  const attention = alarms.filter(({ because }) => holdLevel(because) === 'attention')
  if (attention.length > 0) return { level: 'attention', sentence: holdSentence(attention) }
  const ordered = orderSentence(report)
  if (ordered) return { level: 'attention', sentence: ordered }
  return { level: 'good', sentence: goodSentence(report, waiting) }
}

/** Nobody has looked for so long that what is shown may be wrong. */
export function staleVerdict(lookedAt: number, now: number): Verdict {
  return {
    level: 'trouble',
    sentence: `The last look was ${formatDuration(now - lookedAt)} ago: what is shown here may not be so any more.`,
  }
}

function holdSentence(holds: readonly Hold[]): string {
  const [{ pool, subject, reason, because }] = holds as [Hold, ...Hold[]]
  const ofPool = pool === undefined ? undefined : `Pool ${pool}`
  // What names a machine or a task speaks for itself; a machine type is one of a pool.
  const about = because === 'offering-refused' ? `${ofPool}, ${subject}` : (subject ?? ofPool)
  const text = clip(reason, 400)
  const more = holds.length > 1 ? ` (and ${holds.length - 1} more like it)` : ''
  return `${about === undefined ? upperFirst(text) : `${about}: ${text}`}${more}.`
}

function heldSentence({ total }: Waiting, { fate, count }: Waiting['held'][number]): string {
  const which =
    count === total ? counted(count, 'waiting task') : `${count} of ${counted(total, 'waiting task')}`
  const whose = fate.pool === undefined ? '' : ` (pool ${fate.pool})`
  return `Nothing comes yet for ${which}${whose}: ${clip(fate.reason, 400)}.`
}

function orderSentence({ input: { orders } }: TickReport): string | undefined {
  if (orders.paused === 'all') return 'Everything is paused: nothing is launched and nothing is ended.'
  if (orders.paused.size === 0) return undefined
  const [first, ...more] = orders.paused
  if (more.length === 0) return `The pool ${first} is paused: nothing of it is launched or ended.`
  return `${counted(orders.paused.size, 'pool')} are paused: nothing of them is launched or ended.`
}

function goodSentence({ plan }: TickReport, waiting: Waiting): string {
  const machines = machinesText(plan)
  if (waiting.total === 0) return `All is well: ${machines}, nothing waits.`
  const passing = waiting.total - waiting.coming - waiting.starting
  const parts = [
    ...(waiting.coming > 0
      ? [
          `${counted(waiting.coming, 'task')} ${waiting.coming === 1 ? 'waits' : 'wait'} for machines that come up`,
        ]
      : []),
    ...(waiting.starting > 0
      ? [`${counted(waiting.starting, 'task')} ${waiting.starting === 1 ? 'starts' : 'start'} in a moment`]
      : []),
    ...(passing > 0
      ? [`${counted(passing, 'task')} ${passing === 1 ? 'waits its turn' : 'wait their turn'}`]
      : []),
  ]
  return `All is well: ${machines}, ${parts.join(', ')}.`
}

/** `3 machines run 5 tasks`, `3 of 5 machines run 5 tasks`, `2 machines boot` … */
function machinesText({ pools }: TickReport['plan']): string {
  let [there, working, booting, running] = [0, 0, 0, 0]
  for (const { members } of pools)
    for (const member of members) {
      if (member.state === 'parked' || member.state === 'zombie') continue
      there++
      if (member.state === 'booting' || member.state === 'launching') booting++
      if (member.running > 0) working++
      running += member.running
    }
  if (there === 0) return 'no machine runs'
  if (working === 0)
    return booting === there
      ? `${counted(there, 'machine')} ${there === 1 ? 'boots' : 'boot'}`
      : `${counted(there, 'machine')} ${there === 1 ? 'is' : 'are'} without work`
  const which = working === there ? counted(there, 'machine') : `${working} of ${counted(there, 'machine')}`
  return `${which} ${working === 1 ? 'runs' : 'run'} ${counted(running, 'task')}`
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
