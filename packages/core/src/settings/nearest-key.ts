/** The one of `known` that `word` was most likely meant to be; `undefined`: none is near. */
export function nearestKey(word: string, known: Iterable<string>): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3))
  let nearest: string | undefined
  let least = most + 1
  for (const candidate of known) {
    const distance = editsBetween(normal(word), normal(candidate))
    if (distance < least) [nearest, least] = [candidate, distance]
  }
  return nearest
}

/** Dashes, case and a missing underscore are the most common slips. */
function normal(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, '')
}

/** How many letters to add, drop, or change (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === b[j] ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1)!
}
