import type { Phase } from '@woodpeckers/autoscaler-observer'

/** What a machine does. */
export type Doing = Phase['doing']

/** In the order of the legend; each has a colour (`--doing-…`) and a height, for those who tell no colours apart. */
export const doings: Readonly<Record<Doing, { readonly word: string; readonly height: number }>> = {
  busy: { word: 'busy', height: 1 },
  idle: { word: 'idle', height: 0.6 },
  booting: { word: 'booting', height: 0.3 },
  draining: { word: 'draining', height: 0.6 },
  parked: { word: 'parked', height: 0.15 },
  trouble: { word: 'trouble', height: 1 },
}

export const doingKinds: readonly Doing[] = Object.keys(doings) as Doing[]
