const RUN = /[A-Za-z0-9+/_=-]{20,}/g
/** A word that names a secret, and what stands behind it. */
const NAMED = /((?:secret|token|passw(?:or)?d|private[_-]?key)\w*["']?\s*[=:]\s*)\S+/gi

/** One line of somebody else's text, without what looks like a secret, and not too long for a log. */
export function withoutSecrets(line: string, longest = 300): string {
  const safe = line
    .replace(NAMED, '$1…')
    .replace(RUN, (run) => (looksSecret(run) ? '…' : run))
    .replace(/\s+/g, ' ')
    .trim()
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe
}

/** As random as tokens are: paths, names of units and ids of EC2, which help, are not. */
function looksSecret(run: string): boolean {
  if (/^[A-Z2-7]{20,}=*$/.test(run)) return true
  if (!/\d/.test(run)) return false
  return (/[a-z]/.test(run) && /[A-Z]/.test(run)) || /^[a-z0-9]{24,}$/.test(run)
}
