import type { Money } from '../model/money.ts'
import type { Refusal } from './launch-permits.ts'
import type { PlanInput } from './plan-input.ts'

/** Why nothing is launched for what was spent already, or nothing. What runs goes on: only growth stops. */
export function spendRefusal({ fleet, memory, snapshot }: PlanInput): Refusal | undefined {
  const { day, month } = memory.spent
  const now = new Date(snapshot.takenAt)
  const [ofYear, ofMonth, ofDay] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  const tomorrow = Date.UTC(ofYear, ofMonth, ofDay + 1)
  const nextMonth = Date.UTC(ofYear, ofMonth + 1)
  return (
    // The longer one first: it is the one that stays.
    refusalOf(fleet.maxSpendPerMonth, month.amounts, 'this month', nextMonth) ??
    refusalOf(fleet.maxSpendPerDay, day.amounts, 'today', tomorrow)
  )
}

function refusalOf(
  cap: Money | undefined,
  amounts: ReadonlyMap<string, number>,
  when: string,
  untilAt: number,
): Refusal | undefined {
  const spent = cap && (amounts.get(cap.currency) ?? 0)
  if (!cap || spent === undefined || spent < cap.amount) return undefined
  const reason = `${spent.toFixed(2)} ${cap.currency} are spent ${when}, of ${cap.amount}`
  return { because: 'spend-cap', reason, untilAt }
}
