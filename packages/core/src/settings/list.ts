/**
 * Splits `a, b,c` at its commas and trims each item, as the slice flags of the Go autoscaler do. An item
 * that holds a comma is put in double quotes whole, as in CSV, with `""` for a quote inside:
 * `A=1,"B=x,y"`. A quote that does not begin its item is an ordinary character. Empty items are left out.
 *
 * `undefined`: a quote that is never closed, or something behind the closing one.
 */
export function splitList(text: string): readonly string[] | undefined {
  const items: string[] = []
  let rest = text
  while (rest !== '') {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?:,|$)/.exec(rest)
    if (quoted) {
      items.push(quoted[1]!.replaceAll('""', '"'))
      rest = rest.slice(quoted[0].length)
      continue
    }
    if (/^\s*"/.test(rest)) return undefined
    const comma = rest.indexOf(',')
    const item = (comma < 0 ? rest : rest.slice(0, comma)).trim()
    if (item !== '') items.push(item)
    rest = comma < 0 ? '' : rest.slice(comma + 1)
  }
  return items
}
