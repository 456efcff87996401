import { invalidInput } from './hetzner-refusal.ts'

const USUAL_SIZE = 25
const LARGEST_SIZE = 50

/** One page of a list, under the resource's name, with what comes before and after. */
export function page(resource: string, all: readonly object[], query: URLSearchParams): object {
  const number = Number(query.get('page') ?? 1)
  const size = Number(query.get('per_page') ?? USUAL_SIZE)
  if (!Number.isInteger(number) || number < 1) throw invalidInput('page', 'must be 1 or more')
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_SIZE) {
    throw invalidInput('per_page', `must be 1 to ${LARGEST_SIZE}`)
  }
  const last = Math.max(1, Math.ceil(all.length / size))
  return {
    [resource]: all.slice((number - 1) * size, number * size),
    meta: {
      pagination: {
        page: number,
        per_page: size,
        previous_page: number > 1 ? number - 1 : null,
        next_page: number < last ? number + 1 : null,
        last_page: last,
        total_entries: all.length,
      },
    },
  }
}
