import type { Offering, Provider } from '@woodpeckers/autoscaler-core'
import { priceText } from '../offerings/price-text.ts'
import type { FirstLook } from './look-before.ts'
import type { Trial } from './trial.ts'

/** What is about to be done, and roughly what it costs: said before anything is made. */
export function announcement({ name, server, provider }: Trial, { offering, leftovers }: FirstLook): string {
  const waiting = server ? ', waits for its agent to connect' : ''
  return [
    ...leftovers.map(
      (machine) =>
        `! ${machine} is there from another test: if none is running now, end it at the provider; it may cost money`,
    ),
    '',
    `Makes one machine, ${name}, sees it listed${waiting}, and removes it.`,
    costText(provider, offering),
    'Ctrl-C removes it at once.',
    '',
  ].join('\n')
}

function costText({ billing }: Provider, offering: Offering | undefined): string {
  const price = offering?.hourlyPrice
  if (!offering || !price) return 'What it costs is not known: this provider tells no price.'
  const text = priceText(price)
  return billing === 'hour'
    ? `Cost: about ${text}, as each hour begun is paid in full (${offering.id}).`
    : `Cost: some minutes at ${text} an hour (${offering.id}).`
}
