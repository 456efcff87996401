const LONGEST = 200

/** A text from elsewhere on one line: it must not move the cursor, nor fill the screen. */
export function oneText(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST - 1)}…` : clean
}
