import { compareTexts, Float, nameOf, type Value, Whole } from './value.ts'

/** Go's `eq`: whether the first equals any of the others. Throws where Go would: for values of different kinds. */
export function equalsAny(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new Error('a second value to compare with is missing')
  return others.some((other) => equals(first, other))
}

function equals(a: Value, b: Value): boolean {
  // What is not there equals nothing but what is not there either.
  if (a === undefined || b === undefined) return a === b && !isWhole(a) && !isWhole(b)
  const [left, right] = comparable(a, b)
  return left === right
}

/** Go's `lt`. */
export function isLess(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) throw new Error('a value to compare is not there')
  const [left, right] = comparable(a, b)
  if (typeof left === 'boolean') throw new Error('a bool has no order')
  return typeof left === 'string' ? compareTexts(left, String(right)) < 0 : left < Number(right)
}

type Plain = string | boolean | number

function comparable(a: Value, b: Value): readonly [Plain, Plain] {
  const left = plain(a)
  const right = plain(b)
  const sameKind = typeof left === typeof right && a instanceof Float === b instanceof Float
  if (left === undefined || right === undefined || !sameKind) {
    throw new Error(`${nameOf(a)} and ${nameOf(b)} cannot be compared`)
  }
  return [left, right]
}

function plain(value: Value): Plain | undefined {
  if (isWhole(value) || value instanceof Float) return value.value
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined
}

function isWhole(value: Value): value is Whole {
  return value instanceof Whole
}
