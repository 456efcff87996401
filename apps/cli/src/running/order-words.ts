import type { Order, OrderVerb } from './order.ts'

const GIVEN: Readonly<Record<OrderVerb, string>> = {
  pause: 'paused',
  drain: 'drains',
  replace: 'replaces',
  protect: 'protects',
}
const TAKEN_BACK: Readonly<Record<OrderVerb, string>> = {
  pause: 'resumed',
  drain: 'no longer drains',
  replace: 'no longer replaces',
  protect: 'no longer protects',
}

/** Who asks for what, in a sentence. `name`: of what it is about, as people say it. */
export function orderText({ verb, isTakenBack, by }: Order, name: string): string {
  return `${by} ${(isTakenBack ? TAKEN_BACK : GIVEN)[verb]} ${name}`
}

/** A line must stay one. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20)
  const more = names.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Why nothing changes. */
export function alreadySo({ verb, isTakenBack }: Order, name: string): string {
  if (isTakenBack && verb === 'pause' && name === 'all pools') return 'nothing is paused by an order'
  const state = { pause: 'paused', drain: 'drained', replace: 'replaced', protect: 'protected' }[verb]
  return isTakenBack ? `${name} is not ${state} by an order` : `${name} is ${state} already`
}
