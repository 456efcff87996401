import {
  type Clock,
  type Log,
  type Outcome,
  type PoolId,
  silentLog,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import { type Capacity, usualCapacity } from './capacity.ts'
import { DayCosts } from './cost/day-costs.ts'
import { Ledger } from './cost/ledger.ts'
import { EventLog } from './events/event-log.ts'
import { type Happening, Happenings } from './events/happenings.ts'
import { MachineBars } from './history/machine-bars.ts'
import { Samples } from './history/samples.ts'
import { emptyStatus, makeStatus } from './status/make-status.ts'
import { isSeenWhole } from './status/pool-status.ts'
import { Unreadable } from './status/unread.ts'
import { staleVerdict } from './status/verdict.ts'
import { type Listener, Subscribers } from './subscribers.ts'
import type { EventView } from './views/event-view.ts'
import type { HistoryView } from './views/history-view.ts'
import type { MachineView } from './views/machine-view.ts'
import type { StatusView } from './views/status-view.ts'

export interface ObserverOptions {
  readonly clock: Clock
  /** For what fails in a listener. Without it: nobody hears of it. */
  readonly log?: Log
  /** When the process began. Default: now. */
  readonly startedAt?: number
  /** Default: `usualCapacity`. */
  readonly capacity?: Partial<Capacity>
  /** Takes secrets out of a text, as the log does: errors of others may hold one. Without it: texts are as they are. */
  readonly hide?: (text: string) => string
  /** A last look that is older is not to be believed, unless looks are usually so far apart. Default: 5 minutes. */
  readonly staleAfterMs?: number
}

/** What an order or an event of the program is about. */
export type About = Pick<Happening, 'pool' | 'subject' | 'action' | 'because' | 'isAlarming'>

const STALE_AFTER_MS = 5 * 60_000
const EVENTS_AT_ONCE = 500
const EVENTS_OF_MACHINE = 200

/**
 * Watches the engine, and answers people: what is so now, what happened, and how it came. Whatever it keeps is bounded;
 * views are made when they are asked for, once a tick at most.
 */
export class Observer {
  readonly #options: ObserverOptions
  readonly #startedAt: number
  readonly #capacity: Capacity
  readonly #hide: (text: string) => string
  readonly #happenings = new Happenings()
  readonly #events: EventLog
  readonly #bars: MachineBars
  readonly #samples: Samples
  readonly #ledger = new Ledger()
  readonly #costs = new DayCosts()
  readonly #unreadable = new Unreadable()
  readonly #subscribers: Subscribers
  #report: TickReport | undefined
  /** By the monotonic clock: when the latest tick ended, or this was made. */
  #tickedAt: number
  readonly #lastSeen = new Map<PoolId, TickReport>()
  /** Between the latest two looks. */
  #apartMs = 0
  #status: StatusView
  #history: HistoryView | undefined

  constructor(options: ObserverOptions) {
    const { clock, log = silentLog, startedAt = clock.now(), capacity, hide = (text) => text } = options
    this.#options = options
    this.#startedAt = startedAt
    this.#tickedAt = clock.monotonic()
    this.#capacity = { ...usualCapacity, ...capacity }
    this.#hide = hide
    this.#events = new EventLog(this.#capacity.events)
    this.#bars = new MachineBars(this.#capacity)
    this.#samples = new Samples(this.#capacity)
    this.#subscribers = new Subscribers(clock, log)
    this.#status = emptyStatus(startedAt)
  }

  onTick(report: TickReport): void {
    if (this.#report) this.#apartMs = report.snapshot.takenAt - this.#report.snapshot.takenAt
    this.#report = report
    this.#tickedAt = this.#options.clock.monotonic()
    this.#noteSeen(report)
    this.#history = undefined
    this.#unreadable.onTick(report)
    this.#costs.add(this.#ledger.onTick(report), report.snapshot.takenAt)
    const machines = this.#bars.onTick(report)
    const sample = this.#samples.onTick(report)
    const events = this.#happenings.ofTick(report).map((happening) => this.#keep(happening))
    this.#subscribers.tell({ isTick: true, events, samples: sample ? [sample] : [], machines })
  }

  onOutcome(outcome: Outcome): void {
    this.#bars.onOutcome(outcome)
    this.#tell(this.#happenings.ofOutcome(outcome))
  }

  /** Somebody asked for something: `text` says what, and who where that is known. */
  onOrder(text: string, about: About = {}): void {
    this.#tell(this.#happenings.ofSomebody('order', this.#options.clock.now(), text, about))
  }

  /** The program itself: it began, took another config, ends. */
  onProcess(text: string, about: About = {}): void {
    this.#tell(this.#happenings.ofSomebody('process', this.#options.clock.now(), text, about))
  }

  /** By the monotonic clock: when the latest tick ended; before the first, when this began. */
  get tickedAt(): number {
    return this.#tickedAt
  }

  /** The latest tick; `undefined`: there was none yet. */
  get report(): TickReport | undefined {
    return this.#report
  }

  /** All that is so now: the same object until the next tick. */
  status(): StatusView {
    const report = this.#report
    if (report && this.#status.tick !== report.tick) {
      this.#status = this.#hidden(
        makeStatus(report, {
          startedAt: this.#startedAt,
          unread: this.#unreadable.now,
          idleToday: this.#costs.idle,
          costToday: (pool) => this.#costs.ofPool(pool),
          paidHours: (machine) => this.#ledger.paidHours(machine),
          lastSeen: (pool) => this.#lastSeen.get(pool),
        }),
      )
    }
    const { staleAfterMs = STALE_AFTER_MS, clock } = this.#options
    const sinceMs = clock.monotonic() - this.#tickedAt
    if (sinceMs <= Math.max(staleAfterMs, 2 * this.#apartMs)) return this.#status
    const lookedAt = this.#status.at + this.#status.tookMs
    return { ...this.#status, verdict: staleVerdict(lookedAt, lookedAt + sinceMs) }
  }

  /** The last hours: the same object until the next tick. */
  history(): HistoryView {
    if (this.#history) return this.#history
    const toAt = this.#report?.snapshot.takenAt ?? this.#startedAt
    const fromAt = toAt - this.#capacity.historyMs
    this.#history = {
      version: 1,
      fromAt: Math.max(fromAt, Math.min(this.#startedAt, toAt)),
      toAt,
      pools: this.#samples.pools,
      samples: this.#samples.since(fromAt),
      machines: this.#bars.all(),
    }
    return this.#history
  }

  /** Events after that number, oldest first, `limit` of them at most; without a number: the latest. */
  events(after?: number, limit: number = EVENTS_AT_ONCE): readonly EventView[] {
    return after === undefined ? this.#events.latest(limit) : this.#events.after(after, limit)
  }

  /** One machine's story: whatever is known of that name. */
  machine(name: string): MachineView {
    const machine = this.status()
      .pools.flatMap(({ machines }) => machines)
      .find((each) => each.name === name)
    const bar = this.#bars.bar(name)
    return {
      ...(machine && { machine }),
      ...(bar && { bar }),
      events: this.#events.about(name, EVENTS_OF_MACHINE),
    }
  }

  /** Tells what is new, soon after it was; the answer ends it. A listener that throws harms nobody. */
  subscribe(listener: Listener): () => void {
    return this.#subscribers.add(listener)
  }

  get listeners(): number {
    return this.#subscribers.count
  }

  #tell(happening: Happening): void {
    const event = this.#keep(happening)
    this.#subscribers.tell({ isTick: false, events: [event], samples: [], machines: [] })
  }

  #noteSeen(report: TickReport): void {
    const ids = new Set(report.plan.pools.map(({ id }) => id))
    for (const id of this.#lastSeen.keys()) if (!ids.has(id)) this.#lastSeen.delete(id)
    for (const id of ids) if (isSeenWhole(report, id)) this.#lastSeen.set(id, report)
  }

  #keep(happening: Happening): EventView {
    const { text, refused } = happening
    return this.#events.add({
      ...happening,
      text: this.#hide(text),
      ...(refused && { refused: refused.map((each) => ({ ...each, why: this.#hide(each.why) })) }),
    })
  }

  /** Errors of others are in the reasons of holds, and by them in the verdict. */
  #hidden(status: StatusView): StatusView {
    const { hide } = this.#options
    if (!hide) return status
    return {
      ...status,
      verdict: { ...status.verdict, sentence: hide(status.verdict.sentence) },
      holds: status.holds.map((hold) => ({ ...hold, reason: hide(hold.reason) })),
      pools: status.pools.map((pool) => ({
        ...pool,
        machines: pool.machines.map((machine) =>
          machine.hold === undefined ? machine : { ...machine, hold: hide(machine.hold) },
        ),
      })),
      tasks: status.tasks.map((task) =>
        task.reason === undefined ? task : { ...task, reason: hide(task.reason) },
      ),
    }
  }
}
