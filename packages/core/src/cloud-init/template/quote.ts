/** What Go's `unicode.IsPrint` takes for printable, the plain space apart. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

export function isPrintable(character: string): boolean {
  return character === ' ' || PRINTABLE.test(character)
}

/** A text in double quotes, as Go's `%q` writes it. */
export function quote(text: string): string {
  const quoted = [...text].map((character) => {
    const short = SHORT[character]
    if (short !== undefined) return short
    if (isPrintable(character)) return character
    const code = character.codePointAt(0)!
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`
    const digits = code.toString(16)
    return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`
  })
  return `"${quoted.join('')}"`
}
