import { isPoolId } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'

/** The word for every pool, as in `pause all`. */
export const ALL_POOLS = 'all'

/** The id of a pool: a part of names, host names and labels, and what commands call it by. */
export function poolId(): z.ZodString {
  return z
    .string()
    .refine(isPoolId, 'must be letters and digits, with dots, dashes or underscores between, 32 at most')
    .refine((id) => id !== ALL_POOLS, `must be another word: ${ALL_POOLS} means every pool, as in pause all`)
}
