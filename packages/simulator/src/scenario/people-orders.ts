import type { Random } from '@woodpeckers/autoscaler-core'

/** What people may ask of the autoscaler while it runs. */
export const orderKinds = ['pause', 'pause-all', 'drain-pool', 'drain', 'replace', 'protect'] as const

/** Asked at a time, and taken back after a while. */
export interface PeopleOrder {
  readonly atMs: number
  readonly kind: (typeof orderKinds)[number]
  /** 0 to 1: of which pool or machine. */
  readonly pick: number
  readonly forMs: number
}

const LONGEST_MS = 15 * 60_000

/** In most worlds nobody asks for anything. What is asked is taken back before the calm. */
export function makeOrders(random: Random, stormMs: number): { readonly orders?: readonly PeopleOrder[] } {
  if (random() < 0.7) return {}
  const orders = Array.from({ length: 1 + Math.floor(random() * 4) }, (): PeopleOrder => {
    const atMs = Math.floor(random() * stormMs * 0.9)
    return {
      atMs,
      kind: orderKinds[Math.floor(random() * orderKinds.length)]!,
      pick: random(),
      forMs: Math.floor(Math.min(random() * LONGEST_MS, stormMs - atMs)),
    }
  })
  return { orders }
}
