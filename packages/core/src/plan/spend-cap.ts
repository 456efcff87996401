import type { Money } from '../model/money.ts'
import type { Refusal } from './launch-permits.ts'
import type { PlanInput } from './plan-input.ts'

/** Why nothing is launched for what was spent already, or nothing. What runs goes on: only growth stops. */
export function spendRefusal({ fleet, memory: { spent } }: PlanInput): Refusal | undefined {
  return (
    refusalOf(fleet.maxSpendPerDay, spent.day.amounts, 'today') ??
    refusalOf(fleet.maxSpendPerMonth, spent.month.amounts, 'this month')
  )
}

function refusalOf(
  cap: Money | undefined,
  amounts: ReadonlyMap<string, number>,
  when: string,
): Refusal | undefined {
  const spent = cap && (amounts.get(cap.currency) ?? 0)
  if (!cap || spent === undefined || spent < cap.amount) return undefined
  const reason = `${spent.toFixed(2)} ${cap.currency} are spent ${when}, of ${cap.amount}`
  return { because: 'spend-cap', reason }
}
