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
  const isDrain = verb === 'drain' || verb === 'replace'
  const then = isTakenBack && isDrain ? ': the drain is cancelled, and cordoned agents take tasks again' : ''
  return `${by} ${(isTakenBack ? TAKEN_BACK : GIVEN)[verb]} ${name}${then}`
}

/** The order is cancelled, and its machine cannot be kept all the same. */
export function tooLate(name: string): string {
  return `too late to keep ${name}: its agent's record is being deleted and its machine terminated, or both are gone; if the server refuses, it stays`
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
