import type { Log, Outcome, Plan, TickReport } from '@woodpeckers/autoscaler-core'
import { type Happening, Happenings } from '@woodpeckers/autoscaler-observer'

/** Tells the log what happens, as `events` has it: decisions, outcomes, what holds; nothing about a tick that changes nothing. */
export interface Narrator {
  onTick(report: TickReport): void
  onOutcome(outcome: Outcome): void
}

export function createNarrator(log: Log): Narrator {
  const happenings = new Happenings()
  return {
    onTick(report) {
      const { plan, tick, tookMs } = report
      for (const { happening, times } of alike(happenings.ofTick(report))) {
        const many = times > 1 ? { times } : {}
        log[levelOf(happening)](
          { ...fieldsOf(happening), ...many, ...obstaclesOf(happening, plan) },
          times > 1 ? happening.text.replace(/^\w+/, `$& ×${times}`) : happening.text,
        )
      }
      log.debug(
        { tick, tookMs, queue: plan.queue, actions: plan.actions.length, holds: plan.holds.length },
        'tick',
      )
    },
    onOutcome(outcome) {
      const happening = happenings.ofOutcome(outcome)
      const { consoleTail } = outcome
      log[levelOf(happening)](
        { ...fieldsOf(happening), ...(consoleTail !== undefined && { console: consoleTail }) },
        happening.text,
      )
    },
  }
}

function levelOf({ kind, isAlarming }: Happening): 'debug' | 'info' | 'warn' {
  // That an alarm is over is worth a line, and no alarm itself.
  if (kind === 'released') return isAlarming ? 'info' : 'debug'
  return isAlarming ? 'warn' : 'info'
}

function fieldsOf(happening: Happening): object {
  const { pool, because, subject, subjects, tick, tookMs, error, offering, refused, times } = happening
  return {
    tick,
    ...(pool !== undefined && { pool }),
    ...(because !== undefined && { because }),
    ...(subject !== undefined && { name: subject }),
    ...(subjects && { times, names: subjects }),
    ...(tookMs !== undefined && { tookMs }),
    ...(error !== undefined && { error }),
    ...(offering !== undefined && { offering }),
    ...(refused && { refused }),
  }
}

/** The labels in the way of a task, for programs that read the log. */
function obstaclesOf({ kind, because, subject }: Happening, { unmatched }: Plan): object {
  if (kind !== 'hold' || because !== 'no-pool-matches' || subject === undefined) return {}
  return { obstacles: unmatched.find(({ id }) => id === subject)?.obstacles }
}

/** Twenty launches for one reason are one line. */
function alike(
  happenings: readonly Happening[],
): readonly { readonly happening: Happening; readonly times: number }[] {
  const groups = Map.groupBy(happenings, (happening) => JSON.stringify([fieldsOf(happening), happening.text]))
  return [...groups.values()].map((group) => ({ happening: group[0]!, times: group.length }))
}
