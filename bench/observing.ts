import { silentLog, type TickReport } from '@woodpeckers/autoscaler-core'
import { makePlan, observe, type PlanInput } from '@woodpeckers/autoscaler-core/planning'
import { ManualClock } from '@woodpeckers/autoscaler-core/testing'
import { Observer } from '@woodpeckers/autoscaler-observer'
import { Metrics } from '@woodpeckers/autoscaler-observer/metrics'
import { heapMiB, quantile, say, spread, time, title } from './measure.ts'
import { inputOf, usual } from './planning.ts'

const INTERVAL_MS = 10_000
const DAY_TICKS = 86_400_000 / INTERVAL_MS

/** What watching costs: a tick with it and without it, a scrape, a status, and a day of memory. */
export async function benchObserving(): Promise<void> {
  title(
    'Observing, 10,000 tasks, 1,000 machines, 50 pools (aims: 5 % of a tick at most, a scrape under 50 ms)',
  )
  const clock = new ManualClock()
  const observer = new Observer({ clock, log: silentLog })
  const metrics = new Metrics({ clock, version: '0.0.0' })
  const input = inputOf(usual, {})
  const plain = time(60, () => decide(input))
  const reports = Array.from({ length: 20 }, (_, at) => reportOf(turned(input, at), at))
  let tick = 0
  const next = (): TickReport => {
    tick++
    const report = reports[tick % reports.length]!
    return { ...report, tick, snapshot: { ...report.snapshot, takenAt: clock.now() + tick * INTERVAL_MS } }
  }
  const watch = (report: TickReport): void => {
    observer.onTick(report)
    metrics.onTick(report)
  }
  const shareOf = (watched: readonly number[]): string =>
    `${spread(watched)}: ${((100 * quantile(watched, 0.5)) / quantile(plain, 0.5)).toFixed(1)} % of it`
  say('reading apart, a tick (remembering and planning)', spread(plain))
  say('observer and metrics, on top; 500 tasks start, 20 actions', shareOf(time(200, () => watch(next()))))
  const burst = reportOf(input, 0, Number.POSITIVE_INFINITY)
  say(
    `the same in a tick with ${burst.plan.actions.length.toLocaleString('en')} actions`,
    shareOf(time(50, () => watch({ ...burst, tick: ++tick }))),
  )
  const status = time(100, () => {
    observer.onTick(next())
    return observer.status()
  })
  say('with a status each tick, as a page asks for it', spread(status))
  say('that status as JSON', kilobytes(observer.status()))
  const scrapes: number[] = []
  for (let at = 0; at < 50; at++) {
    const startedAt = performance.now()
    await metrics.text()
    scrapes.push(performance.now() - startedAt)
  }
  say(
    'a scrape',
    `${spread(scrapes.sort((a, b) => a - b))}; ${((await metrics.text()).length / 1_000).toFixed(0)} kB`,
  )
  aDay(observer, next)
}

/** Half of all machines turn from work to rest at each tick: more than any fleet does. */
function aDay(observer: Observer, next: () => TickReport): void {
  const before = heapMiB()
  for (let at = 0; at < DAY_TICKS; at++) observer.onTick(next())
  const after = heapMiB()
  const history = time(10, () => {
    observer.onTick(next())
    return observer.history()
  })
  say('heap before and after a day of ticks', `${before.toFixed(0)} MiB, ${after.toFixed(0)} MiB`)
  for (let at = 0; at < DAY_TICKS; at++) observer.onTick(next())
  say('after another day', `${heapMiB().toFixed(0)} MiB`)
  say('a history of a day', `${spread(history)}; ${kilobytes(observer.history())}`)
}

/** What a tick does besides reading. */
function decide(input: PlanInput): unknown {
  const memory = observe(input.memory, input.snapshot, (name) => name.split('-')[1])
  return makePlan({ ...input, memory })
}

/** The same with other tasks running, on other agents. */
function turned(input: PlanInput, by: number): PlanInput {
  const { snapshot } = input
  if (!snapshot.queue.ok || !snapshot.agents.ok) return input
  const { agents } = snapshot.agents.value
  const tasks = snapshot.queue.value.tasks.map((task, at) => {
    const { agentId, ...rest } = task
    return (at + by) % 20 === 0
      ? { ...rest, state: 'running' as const, agentId: agents[(at * 7 + by) % agents.length]!.id }
      : { ...rest, state: 'pending' as const }
  })
  const queue = { ok: true, value: { ...snapshot.queue.value, tasks } } as const
  return { ...input, snapshot: { ...snapshot, queue } }
}

/** What is under way is not launched again: of all that the first look would do, a usual one does little. */
const USUAL_ACTIONS = 20

function reportOf(input: PlanInput, tick: number, most: number = USUAL_ACTIONS): TickReport {
  const memory = observe(input.memory, input.snapshot, (name) => name.split('-')[1])
  const seen = { ...input, memory }
  const whole = makePlan(seen)
  const plan = { ...whole, actions: whole.actions.slice(0, most) }
  return { tick, snapshot: input.snapshot, input: seen, plan, spent: memory.spent, tookMs: 0 }
}

function kilobytes(view: unknown): string {
  return `${(JSON.stringify(view).length / 1_000).toFixed(0)} kB`
}
