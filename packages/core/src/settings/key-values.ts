import { splitList } from './list.ts'

/** The pairs, or what is wrong with them, as the end of a sentence that begins with the setting. */
export type KeyValues =
  | { readonly ok: true; readonly pairs: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly wrong: string }

/**
 * Parses `k=v,k2=v2`, once or given several times. A value may hold `=`; one with a comma needs its whole
 * pair in double quotes (see `splitList`). Of two equal keys the later one counts.
 */
export function parseKeyValues(texts: readonly string[]): KeyValues {
  const pairs: [string, string][] = []
  for (const text of texts) {
    const items = splitList(text)
    if (!items) return wrong('has a quote that is not closed; write "KEY=a,b" for a value with a comma')
    for (const item of items) {
      const equals = item.indexOf('=')
      if (equals < 1) {
        return wrong(
          'must be a list like KEY=value,KEY2=value2; where a value holds a comma, quote its pair: "KEY=a,b"',
        )
      }
      pairs.push([item.slice(0, equals).trim(), item.slice(equals + 1).trim()])
    }
  }
  return { ok: true, pairs: Object.fromEntries(pairs) }
}

function wrong(what: string): KeyValues {
  return { ok: false, wrong: what }
}
