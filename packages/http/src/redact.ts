const LIKE_A_SECRET = /[A-Za-z0-9+/_=.-]{24,}/g
const LONGEST = 160

/** A server's own words, fit for a log: one short line without anything that could be a token. */
export function redacted(text: string, token: string): string {
  const line = (token === '' ? text : text.replaceAll(token, '…'))
    .replace(LIKE_A_SECRET, '…')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
