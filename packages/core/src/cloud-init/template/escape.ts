import { isPrintable } from './quote.ts'

const HTML: Readonly<Record<string, string>> = {
  '\0': '\uFFFD',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
}

/** Go's `html`. */
export function escapeHtml(text: string): string {
  return [...text].map((character) => HTML[character] ?? character).join('')
}

/** Go's `js`. */
export function escapeJs(text: string): string {
  return [...text]
    .map((character) => {
      if (/["'\\]/.test(character)) return `\\${character}`
      const code = character.codePointAt(0)!
      const plain = code < 0x80 ? code >= 0x20 && !/[<>&=]/.test(character) : isPrintable(character)
      return plain ? character : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
    })
    .join('')
}

/** Go's `urlquery`: a space is `+`, and nothing but letters, digits and `-_.~` stays as it is. */
export function escapeUrlQuery(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      if (/[A-Za-z0-9\-_.~]/.test(character)) return character
      return character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}
