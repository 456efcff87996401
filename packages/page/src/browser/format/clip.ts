/** A text cut to what can be shown, and whether that was needed. Control characters and line ends become spaces. */
export function clip(text: string, most: number): { readonly shown: string; readonly isClipped: boolean } {
  // What turns the direction of writing could make a label read as another.
  const plain = text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
  if (plain.length <= most) return { shown: plain, isClipped: false }
  return { shown: `${Array.from(plain.slice(0, most)).slice(0, -1).join('')}…`, isClipped: true }
}
