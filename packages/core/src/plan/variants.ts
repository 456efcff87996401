import type { Labels } from '../model/labels.ts'
import type { Offering } from '../model/money.ts'
import type { PoolPolicy } from '../model/pool.ts'

/** What an agent of a pool may offer: where tasks choose the machine type by a label, one for each type. */
export interface Variant {
  readonly labels: Labels
  /** `undefined`: whatever type can be had. */
  readonly machineType: string | undefined
}

/** In the order of the offerings; one at least. */
export function variantsOf(
  { offer, machineLabel }: PoolPolicy,
  offerings: readonly Offering[],
): readonly [Variant, ...Variant[]] {
  const types = machineLabel === undefined ? [] : [...new Set(offerings.map(({ id }) => machineTypeOf(id)))]
  const [first, ...others] = types.map((machineType) => ({
    labels: { ...offer, [machineLabel!]: machineType },
    machineType,
  }))
  return first ? [first, ...others] : [{ labels: offer, machineType: undefined }]
}

/** `cx22` of `cx22:fsn1`. */
export function machineTypeOf(offering: string): string {
  return offering.split(':', 1)[0]!
}
