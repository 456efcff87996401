import { equalsAny, isLess } from './compare.ts'
import { escapeHtml, escapeJs, escapeUrlQuery } from './escape.ts'
import { printValue, printValues } from './print-value.ts'
import { printf } from './printf.ts'
import { indexInto, lengthOf, sliceOf } from './sequences.ts'
import { isTrue, nameOf, type Value, Whole } from './value.ts'

type Builtin = (values: readonly Value[]) => Value

/**
 * The functions that Go's text/template brings, but for `call`: the data has none to be called. `and` and `or`
 * are evaluated where their arguments are, as they stop at the first that decides. The Go autoscaler adds none.
 */
const BUILTINS: Readonly<Record<string, Builtin>> = {
  not: taking(1, ([value]) => !isTrue(value)),
  eq: ([first, ...others]) => equalsAny(first, others),
  ne: taking(2, ([a, b]) => !equalsAny(a, [b])),
  lt: taking(2, ([a, b]) => isLess(a, b)),
  le: taking(2, ([a, b]) => isLess(a, b) || equalsAny(a, [b])),
  gt: taking(2, ([a, b]) => !isLess(a, b) && !equalsAny(a, [b])),
  ge: taking(2, ([a, b]) => !isLess(a, b)),
  len: taking(1, ([value]) => new Whole(lengthOf(value))),
  index: ([item, ...keys]) => keys.reduce<Value>(indexInto, item),
  slice: ([item, ...bounds]) => sliceOf(item, bounds),
  print: (values) => shown(printValues(values)),
  println: (values) => `${values.map((value) => shown(printValue(value))).join(' ')}\n`,
  printf: ([format, ...values]) => {
    if (typeof format !== 'string') throw new Error(`its format is ${nameOf(format)}`)
    return printf(format, values)
  },
  html: (values) => escapeHtml(asText(values)),
  js: (values) => escapeJs(asText(values)),
  urlquery: (values) => escapeUrlQuery(asText(values)),
}

export function isBuiltin(name: string): boolean {
  return name === 'and' || name === 'or' || Object.hasOwn(BUILTINS, name)
}

/** Throws a plain error that says what does not fit, without its place. */
export function callBuiltin(name: string, values: readonly Value[]): Value {
  const atLeast = PRINTING.test(name) ? 0 : 1
  if (values.length < atLeast) throw new Error('its argument is missing')
  return BUILTINS[name]!(values)
}

const PRINTING = /^(?:print|println|html|js|urlquery)$/

function taking(count: number, builtin: Builtin): Builtin {
  return (values) => {
    if (values.length !== count) throw new Error(`it takes ${count}, and was given ${values.length}`)
    return builtin(values)
  }
}

function shown(text: string | undefined): string {
  if (text === undefined) throw new Error('the data cannot be shown whole')
  return text
}

function asText(values: readonly Value[]): string {
  return shown(printValues(values.map((value) => (value === undefined ? '<no value>' : value))))
}
