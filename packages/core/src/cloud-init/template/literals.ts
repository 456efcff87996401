import { Float, Whole } from './value.ts'

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
}

/** The text of a quoted or raw Go string, quotes and all; `undefined`: it is not one that we can hold. */
export function unquoteString(literal: string): string | undefined {
  // Go leaves carriage returns out of raw strings.
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '')
  const bytes = bytesOf(literal.slice(1, -1), '"')
  if (!bytes) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

/** The number of a character constant like `'a'`; `undefined`: not one character. */
export function unquoteChar(literal: string): Whole | undefined {
  const byte = /^'\\(?:x([\da-fA-F]{2})|([0-7]{3}))'$/.exec(literal)
  if (byte) return new Whole(byte[1] ? Number.parseInt(byte[1], 16) : Number.parseInt(byte[2]!, 8))
  const bytes = bytesOf(literal.slice(1, -1), "'")
  const [character, ...more] = bytes ? [...Buffer.from(bytes).toString('utf8')] : []
  return character === undefined || more.length > 0 ? undefined : new Whole(character.codePointAt(0)!)
}

function bytesOf(inner: string, quote: string): readonly number[] | undefined {
  const bytes: number[] = []
  const pattern =
    /\\(?:x([\da-fA-F]{2})|([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))|([^\\])/gu
  for (const [, hex, octal, short, long, letter, plain] of inner.matchAll(pattern)) {
    if (plain !== undefined) bytes.push(...Buffer.from(plain))
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (letter === quote) bytes.push(quote.charCodeAt(0))
    else if (letter !== undefined) {
      const byte = ESCAPES[letter]
      if (byte === undefined) return undefined
      bytes.push(byte)
    } else {
      const code = Number.parseInt(short ?? long ?? '', 16)
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined
      bytes.push(...Buffer.from(String.fromCodePoint(code)))
    }
  }
  return bytes
}

const WHOLE = /^([+-]?)(?:(0[xX]_?[\da-fA-F]+)|(0[bB]_?[01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/
const FRACTION = /^[+-]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?$/

/** A number as Go reads it; `undefined`: none, or one that is too large to be exact here. */
export function parseNumber(literal: string): Whole | Float | undefined {
  const digits = literal.replaceAll(/(?<=[\da-fA-F])_(?=[\da-fA-F])/g, '')
  const [match, sign, hex, binary, octal, decimal] = WHOLE.exec(digits) ?? []
  if (match === undefined) return FRACTION.test(digits) ? new Float(Number(digits)) : undefined
  const size = Number((hex ?? binary ?? decimal ?? `0o${octal}`).replace('_', ''))
  return Number.isSafeInteger(size) ? new Whole(sign === '-' ? 0 - size : size) : undefined
}
