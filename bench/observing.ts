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
  const usualTicks = inTurn(
    80,
    () => decide(input),
    () => watch(next()),
  )
  say('reading apart, a tick (remembering and planning)', spread(usualTicks.plain))
  say('observer and metrics, on top; 50 tasks start, 20 actions', shareOf(usualTicks))
  const burst = reportOf(input, 0, Number.POSITIVE_INFINITY)
  const burstTicks = inTurn(
    40,
    () => decide(input),
    () => watch({ ...burst, tick: ++tick }),
  )
  say(
    `the same in a tick with ${burst.plan.actions.length.toLocaleString('en')} actions`,
    shareOf(burstTicks),
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

interface InTurn {
  readonly plain: readonly number[]
  readonly watched: readonly number[]
}

/** One after the other, so that whatever else the computer does meets both. */
function inTurn(runs: number, decide: () => unknown, watch: () => unknown): InTurn {
  const timed = (work: () => unknown): number => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  }
  const rounds = Array.from({ length: runs + 5 }, () => [timed(decide), timed(watch)] as const).slice(5)
  const sorted = (side: 0 | 1) => rounds.map((round) => round[side]).sort((a, b) => a - b)
  return { plain: sorted(0), watched: sorted(1) }
}

function shareOf({ plain, watched }: InTurn): string {
  const share = quantile(watched, 0.5) / quantile(plain, 0.5)
  return `${spread(watched)}: ${(100 * share).toFixed(1)} % of it`
}

/** A hundred machines turn from work to rest, or back, at each tick. */
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

/** The same, some looks later: of the 500 tasks that run, 50 have ended, and others run on other agents. */
function turned(input: PlanInput, by: number): PlanInput {
  const { snapshot } = input
  if (!snapshot.queue.ok || !snapshot.agents.ok) return input
  const { agents } = snapshot.agents.value
  const tasks = snapshot.queue.value.tasks.map((task, at) => {
    const { agentId, ...rest } = task
    const group = Math.floor(at / 20)
    const turn = Math.floor((group + by) / 10)
    return at % 20 === turn % 20
      ? { ...rest, state: 'running' as const, agentId: agents[(group * 7 + turn) % agents.length]!.id }
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
