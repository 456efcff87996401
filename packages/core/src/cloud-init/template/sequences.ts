import { nameOf, Structure, Table, type Value, Whole } from './value.ts'

/** Go's `len`: texts are counted in bytes. */
export function lengthOf(value: Value): number {
  if (value instanceof Table) return value.entries.size
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (isList(value)) return value.length
  throw new Error(`${nameOf(value)} has no length`)
}

/** One step of Go's `index`: what a table has not is an empty text, a byte of a text is a number. */
export function indexInto(item: Value, key: Value): Value {
  if (item instanceof Table) {
    if (typeof key !== 'string') throw new Error(`a table has no key that is ${nameOf(key)}`)
    return item.entries.get(key) ?? ''
  }
  if (isList(item)) return item[positionIn(key, item.length - 1)]
  if (typeof item !== 'string') throw new Error(`${nameOf(item)} has no index`)
  const bytes = Buffer.from(item)
  return new Whole(bytes[positionIn(key, bytes.length - 1)]!)
}

/** Go's `slice` with up to two bounds. */
export function sliceOf(item: Value, bounds: readonly Value[]): Value {
  if (bounds.length > 2) throw new Error('more than two bounds are not supported')
  if (!isList(item) && typeof item !== 'string') throw new Error(`${nameOf(item)} cannot be sliced`)
  const length = lengthOf(item)
  const from = bounds.length > 0 ? positionIn(bounds[0], length) : 0
  const to = bounds.length > 1 ? positionIn(bounds[1], length) : length
  if (from > to) throw new Error(`from ${from} to ${to} there is nothing`)
  if (typeof item !== 'string') return item.slice(from, to)
  const text = Buffer.from(item).subarray(from, to)
  if (!Buffer.from(text.toString('utf8')).equals(text)) throw new Error('it would cut a character in two')
  return text.toString('utf8')
}

function isList(value: Value): value is readonly string[] {
  return typeof value === 'object' && !(value instanceof Structure) && Array.isArray(value)
}

function positionIn(value: Value, last: number): number {
  if (!(value instanceof Whole)) throw new Error(`an index must be a number, not ${nameOf(value)}`)
  if (value.value < 0 || value.value > last) throw new Error(`there is no index ${value.value}`)
  return value.value
}
