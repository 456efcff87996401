import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'

/** A variable and its text; without one it passes on what Compose itself was started with. */
export type ComposePair = readonly [name: string, text: string | undefined]

/** What `environment:` says, as a list or as a map; `undefined`: it is neither. */
export function pairsOf(environment: unknown): readonly ComposePair[] | undefined {
  if (environment === undefined || environment === null) return []
  if (Array.isArray(environment)) {
    return environment.map((item) => {
      const text = String(item)
      const equals = text.indexOf('=')
      return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)]
    })
  }
  if (!isPlain(environment)) return undefined
  return Object.entries(environment).map(([name, value]) => [
    name,
    value === null || value === undefined ? undefined : String(value),
  ])
}

/** Where a variable stands in the document. */
export function offsetOf(node: Node | undefined, key: string): number | undefined {
  if (isMap(node)) {
    const pair = (node.items as readonly Pair[]).find((item) => isScalar(item.key) && item.key.value === key)
    return (pair?.key as Node | undefined)?.range?.[0] ?? node.range?.[0]
  }
  if (!isSeq(node)) return node?.range?.[0]
  const item = (node.items as readonly Node[]).find(
    (candidate) => isScalar(candidate) && String(candidate.value).split('=', 1)[0] === key,
  )
  return item?.range?.[0] ?? node.range?.[0]
}

export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
