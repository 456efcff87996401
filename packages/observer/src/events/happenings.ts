import { type Action, nameOf, type Outcome, type Plan, type TickReport } from '@woodpeckers/autoscaler-core'
import { clip } from '../capacity.ts'
import type { EventView } from '../views/event-view.ts'
import { HoldNews } from './hold-news.ts'
import { decisionText, obstaclesText, outcomeText } from './sentences.ts'

/** An event that has no number yet. */
export type Happening = Omit<EventView, 'seq'>

type Told = Omit<Happening, 'at' | 'tick'>

/**
 * What is worth telling of ticks and outcomes, for the log and for `events` alike: each decision, each outcome, what is
 * held anew and what no longer is. A tick that changes nothing has nothing to tell.
 */
export class Happenings {
  readonly #holds = new HoldNews()
  #unmatched: ReadonlyMap<string, string> = new Map()
  /** Which tick decided what is under way. */
  readonly #decidedBy = new WeakMap<Action, number>()
  #tick = 0

  ofTick({
    tick,
    plan,
    snapshot,
    tookMs,
  }: Pick<TickReport, 'tick' | 'plan' | 'snapshot' | 'tookMs'>): readonly Happening[] {
    this.#tick = tick
    for (const action of plan.actions) this.#decidedBy.set(action, tick)
    // Those tasks are named one by one, with their labels, unless they are very many.
    const holds = plan.holds.filter(
      ({ because, wanted = 0 }) => because !== 'no-pool-matches' || wanted > plan.unmatched.length,
    )
    const told: readonly Told[] = [
      ...plan.actions.map(decisionOf),
      ...this.#holds.next(holds),
      ...(knowsWhatMatches(snapshot) ? this.#tasksOf(plan) : []),
    ]
    const at = snapshot.takenAt + tookMs
    return told.map((each) => ({ at, tick, ...each, text: clip(each.text) }))
  }

  ofOutcome(outcome: Outcome): Happening {
    const { action, name, at, tookMs, result, offering, refusals = [], error } = outcome
    return {
      at,
      tick: this.#decidedBy.get(action) ?? this.#tick,
      kind: 'outcome',
      pool: action.pool,
      subject: name,
      action: action.kind,
      because: action.because,
      result,
      tookMs,
      ...(offering !== undefined && { offering }),
      ...(refusals.length > 0 && {
        refused: refusals.map(({ offering, why }) => ({ offering, why: clip(why) })),
      }),
      ...(error && { error: error.kind }),
      ...(result !== 'done' && { isAlarming: true as const }),
      text: clip(outcomeText(outcome)),
    }
  }

  /** Of people, or of the program itself. */
  ofSomebody(kind: 'order' | 'process', at: number, text: string, about: Partial<Told> = {}): Happening {
    return { at, tick: this.#tick, kind, ...about, text: clip(text) }
  }

  #tasksOf({ unmatched }: Plan): readonly Told[] {
    const now = new Map(unmatched.map(({ id, title }) => [id, title]))
    const because = 'no-pool-matches'
    const news = unmatched
      .filter(({ id }) => !this.#unmatched.has(id))
      .map((task): Told => {
        const text = `no agent can take ${task.title}: ${obstaclesText(task)}`
        return { kind: 'hold', because, subject: task.id, isAlarming: true, text }
      })
    const gone = [...this.#unmatched]
      .filter(([id]) => !now.has(id))
      .map(
        ([id, title]): Told => ({
          kind: 'released',
          because,
          subject: id,
          text: `no longer held: ${because} ${title}`,
        }),
      )
    this.#unmatched = now
    return [...news, ...gone]
  }
}

/** Else it is unknown which tasks match nothing, and those of before still may. */
function knowsWhatMatches({ agents, queue }: TickReport['snapshot']): boolean {
  return agents.ok && queue.ok && !queue.value.paused
}

function decisionOf(action: Action): Told {
  const { kind, pool, because } = action
  const name = nameOf(action)
  return {
    kind: 'decision',
    pool,
    action: kind,
    because,
    ...(name !== undefined && { subject: name }),
    text: decisionText(action),
  }
}
