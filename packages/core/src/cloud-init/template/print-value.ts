import { Float, Structure, Table, type Value, Whole } from './value.ts'

/** Go's `%v`; `undefined`: not shown here, as Go would show fields that are not the same there. */
export function printValue(value: Value): string | undefined {
  if (value === undefined) return '<nil>'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Whole) return String(value.value)
  if (value instanceof Float) return printFloat(value.value)
  if (value instanceof Structure) return undefined
  return printAll(value, (text) => text)
}

/** A list or table as Go shows it, with each text in the form that `show` gives it. */
export function printAll(value: Table | readonly string[], show: (text: string) => string): string {
  if (!(value instanceof Table)) return `[${value.map(show).join(' ')}]`
  return `map[${[...value.entries].map(([key, text]) => `${show(key)}:${show(text)}`).join(' ')}]`
}

/** Like Go's `print`: a space only between two values of which neither is a text. */
export function printValues(values: readonly Value[]): string | undefined {
  let text = ''
  for (const [index, value] of values.entries()) {
    const printed = printValue(value)
    if (printed === undefined) return undefined
    if (index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string') text += ' '
    text += printed
  }
  return text
}

/** The shortest digits that mean the number, with an exponent below 1e-4 and from 1e6 on. */
function printFloat(value: number): string {
  const [digits, exponent] = value.toExponential().split('e') as [string, string]
  const size = Math.abs(Number(exponent))
  if (value === 0 || (Number(exponent) >= -4 && Number(exponent) < 6)) {
    return Object.is(value, -0) ? '-0' : String(value)
  }
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${String(size).padStart(2, '0')}`
}
