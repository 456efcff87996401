interface Money {
  readonly amount: number
  readonly currency: string
}

/** Amounts of several currencies side by side, never added up; none is a dash. */
export function money(amounts: readonly Money[]): string {
  return amounts.map((amount) => oneAmount(amount)).join(' + ') || '–'
}

/** Two digits after the point; three where two would show little of it. Prices by the hour want four. */
export function oneAmount(
  { amount, currency }: Money,
  digits: number = amount !== 0 && Math.abs(amount) < 0.1 ? 3 : 2,
): string {
  try {
    const format = new Intl.NumberFormat('en', {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
    const least = 10 ** -digits
    return amount > 0 && amount < least / 2 ? `< ${format.format(least)}` : format.format(amount)
  } catch {
    // Not a code of ISO 4217: a provider may name a unit of its own.
    return `${amount.toFixed(digits)} ${currency}`
  }
}
