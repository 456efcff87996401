import { printAll, printValue } from './print-value.ts'
import { quote } from './quote.ts'
import { nameOf, Structure, Table, type Value, Whole } from './value.ts'

const DIRECTIVE = /%([-+0]*)(\d*)(?:\.(\d*))?([\s\S]?)/g

/**
 * Go's `printf`, for `%s %q %v %d %x %X %o %b %c %t %%` with width, `-`, `0`, `+` and, for texts, precision.
 * Throws for the rest, and where Go would print a complaint (`%!d(string=…)`) into the text.
 */
export function printf(format: string, values: readonly Value[]): string {
  let used = 0
  const text = format.replaceAll(DIRECTIVE, (directive, flags: string, width: string, precision, verb) => {
    if (verb === '%' && directive === '%%') return '%'
    if (used >= values.length) throw new Error(`“${directive}” has no value`)
    return pad(directive, flags, width, formatOne(directive, verb, flags, precision, values[used++]))
  })
  if (used < values.length) throw new Error('there are more values than the format shows')
  return text
}

type Directive = string

function formatOne(
  directive: Directive,
  verb: string,
  flags: string,
  precision: string | undefined,
  value: Value,
): string {
  const refused = () => new Error(`“${directive}” of ${nameOf(value)} is not supported`)
  if (value instanceof Structure) throw refused()
  const texts = Array.isArray(value) || value instanceof Table
  // Go gives width and precision to each member.
  if (texts && directive.length > 2) throw refused()
  if (typeof value !== 'string' && precision !== undefined) throw refused()
  if (!(value instanceof Whole) && flags.includes('+')) throw refused()
  const cut = (text: string) =>
    precision === undefined ? text : [...text].slice(0, Number(precision || 0)).join('')
  switch (verb) {
    case 'v':
      return value instanceof Whole ? signed(value, flags, 10) : cut(printValue(value)!)
    case 's':
      if (typeof value !== 'string' && !texts) throw refused()
      return cut(printValue(value)!)
    case 'q':
      if (typeof value === 'string') return quote(cut(value))
      if (!texts) throw refused()
      return printAll(value as Table | readonly string[], quote)
    case 't':
      if (typeof value !== 'boolean') throw refused()
      return String(value)
    case 'c':
      if (!(value instanceof Whole) || flags.includes('+')) throw refused()
      return String.fromCodePoint(value.value)
    case 'x':
    case 'X': {
      if (typeof value === 'string' && precision !== undefined) throw refused()
      const hex = typeof value === 'string' ? Buffer.from(value).toString('hex') : whole(value, flags, 16)
      return verb === 'X' ? hex.toUpperCase() : hex
    }
    default:
      return whole(value, flags, BASES[verb] ?? 0)
  }

  function whole(number: Value, withFlags: string, base: number): string {
    if (!(number instanceof Whole) || base === 0) throw refused()
    return signed(number, withFlags, base)
  }
}

const BASES: Readonly<Record<string, number>> = { d: 10, o: 8, b: 2 }

function signed({ value }: Whole, flags: string, base: number): string {
  return `${flags.includes('+') && value >= 0 ? '+' : ''}${value.toString(base)}`
}

/** To the width, which counts characters. Zeros go behind the sign; `-` beats them. */
function pad(directive: Directive, flags: string, width: string, text: string): string {
  const missing = Number(width || 0) - [...text].length
  if (missing <= 0) return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!flags.includes('0')) return ' '.repeat(missing) + text
  if (!/[dxXob]$/.test(directive) || !/^[+-]?[\da-fA-F]+$/.test(text)) {
    throw new Error(`“${directive}” is not supported: zeros are for numbers`)
  }
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}
