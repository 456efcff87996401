import type { Money } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'

const AMOUNT = /^(\d+\.?\d*|\.\d+)\s*([A-Z]{3})$/

/** `6 EUR`, `0.5 USD`: an amount by itself says nothing. `undefined`: no money. */
export function parseMoney(text: string): Money | undefined {
  const [, amount, currency] = AMOUNT.exec(text.trim()) ?? []
  return amount === undefined ? undefined : { amount: Number(amount), currency: currency! }
}

export function moneyText({ amount, currency }: Money): string {
  return `${amount} ${currency}`
}

export function money(): z.ZodPipe<z.ZodString, z.ZodTransform<Money, string>> {
  return z
    .string()
    .transform((text, context): Money => {
      const parsed = parseMoney(text)
      if (parsed && parsed.amount > 0) return parsed
      context.addIssue('must be an amount with its currency, like 6 EUR')
      return z.NEVER
    })
    .meta({ notation: 'money', placeholder: 'amount' })
}
