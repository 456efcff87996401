/** How much is kept: each is a ring of fixed size, or a limit. */
export interface Capacity {
  readonly events: number
  /** Samples are no closer to each other. */
  readonly sampleStepMs: number
  /** Samples and machines that ended longer ago are forgotten. */
  readonly historyMs: number
  /** Bars of machines that have ended. */
  readonly endedMachines: number
  /** Of one bar: where there are more, the shortest is made a part of the one before it. */
  readonly phases: number
}

export const usualCapacity: Capacity = {
  events: 5_000,
  sampleStepMs: 30_000,
  historyMs: 24 * 3_600_000,
  endedMachines: 2_000,
  phases: 96,
}

/** Texts of others are kept so long at most: a label may have 10 kB. */
export const TEXT_LIMIT = 1_000

export function clip(text: string, limit: number = TEXT_LIMIT): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text
}
