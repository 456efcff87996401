/**
 * The one of `known` that `word` was most likely meant to be; `undefined`: none is near, or several are as near. Words are
 * compared one by one: a shared beginning, long as it may be, makes two names no more alike.
 */
export function nearestKey(word: string, known: Iterable<string>): string | undefined {
  let nearest: readonly string[] = []
  let least = MOST_EDITS + 1
  for (const candidate of known) {
    const distance = slipsBetween(word, candidate)
    if (distance === undefined || distance > least) continue
    nearest = distance < least ? [candidate] : [...nearest, candidate]
    least = distance
  }
  return nearest.length === 1 ? nearest[0] : undefined
}

const MOST_EDITS = 2

/** `undefined`: too many to be a slip. */
function slipsBetween(one: string, other: string): number | undefined {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  // Dashes, case, a missing underscore, another order of the words.
  if (a.join('') === b.join('') || a.toSorted().join('_') === b.toSorted().join('_')) return 0
  const pairs = a.length === b.length ? a.map((word, at) => [word, b[at]!] as const) : undefined
  if (!pairs) return slipInOne(a.join(''), b.join(''))
  let edits = 0
  for (const [word, meant] of pairs) {
    const slips = slipInOne(word, meant)
    if (slips === undefined) return undefined
    edits += slips
  }
  return edits <= MOST_EDITS ? edits : undefined
}

/** One letter in a short word, two in a long one; a short word with another first letter is another word. */
function slipInOne(word: string, meant: string): number | undefined {
  const length = Math.min(word.length, meant.length)
  const edits = editsBetween(word, meant)
  if (edits === 0) return 0
  if (length < 3 || (length < 5 && word[0] !== meant[0])) return undefined
  return edits <= (length < 6 ? 1 : 2) ? edits : undefined
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[-_.\s]+/)
    .filter((word) => word !== '')
}

/** How many letters to add, drop, change, or swap with their neighbour (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const swapped = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j]
      next.push(
        Math.min(
          next[j]! + 1,
          row[j + 1]! + 1,
          row[j]! + (a[i] === b[j] ? 0 : 1),
          swapped ? before[j - 1]! + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return row.at(-1)!
}
