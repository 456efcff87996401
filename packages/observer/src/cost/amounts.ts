import type { Money } from '@woodpeckers/autoscaler-core'

/** Sums by currency: amounts of different currencies are never added up. */
export class Amounts {
  readonly #sums = new Map<string, number>()

  add(currency: string, amount: number): void {
    this.#sums.set(currency, (this.#sums.get(currency) ?? 0) + amount)
  }

  addAll(moneys: readonly Money[], times: number = 1): void {
    for (const { currency, amount } of moneys) this.add(currency, amount * times)
  }

  list(): readonly Money[] {
    return [...this.#sums].map(([currency, amount]) => ({ amount, currency }))
  }
}

export function moneyOf(amounts: ReadonlyMap<string, number>): readonly Money[] {
  return [...amounts].map(([currency, amount]) => ({ amount, currency }))
}

/** A price that says something: whatever else a provider answers counts as unknown. */
export function isPrice(price: Money | undefined): price is Money {
  return price !== undefined && Number.isFinite(price.amount) && price.amount >= 0
}
