/** What a PromQL expression names. */
export interface Expression {
  readonly text: string
  readonly names: readonly string[]
  /** Of selectors, `by (…)` and `on (…)`. */
  readonly labels: readonly string[]
  /** Each label with each value that it is compared with, where these are plain. */
  readonly values: readonly (readonly [label: string, value: string])[]
}

/** All expressions of a dashboard (JSON) or of alert rules (YAML, each `expr` on a line of its own, or on those that follow `|`). */
export function expressionsIn(text: string): readonly Expression[] {
  const isJson = text.trimStart().startsWith('{')
  return (isJson ? strings(JSON.parse(text)) : yamlExpressions(text))
    .filter((each) => /(woodpecker_autoscaler|process|nodejs)_\w+/.test(each))
    .map(expressionOf)
}

function expressionOf(text: string): Expression {
  const names = [...text.matchAll(/\b(?:woodpecker_autoscaler|process|nodejs)_\w+/g)].map(([name]) => name)
  const compared = [...text.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)].map(
    ([, label = '', value = '']) => [label, value] as const,
  )
  const grouped = [...text.matchAll(/\b(?:by|on|without)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  )
  const asked = [...text.matchAll(/label_values\([^)]*,\s*(\w+)\)/g)].map(([, label = '']) => label)
  return {
    text,
    names: [...new Set(names)],
    labels: [...new Set([...grouped, ...asked, ...compared.map(([label]) => label)])],
    values: compared.flatMap(([label, value]) =>
      value.startsWith('$') ? [] : value.split('|').map((each) => [label, each] as const),
    ),
  }
}

/** Every string of a document that is an `expr`, or the query of a variable. */
function strings(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(strings)
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string' && ['expr', 'query', 'definition'].includes(key) ? [value] : strings(value),
  )
}

function yamlExpressions(text: string): readonly string[] {
  return [...text.matchAll(/^( *)expr: (?:\|\n((?:\1 +.*\n)+)|(.*)\n)/gm)].map(
    ([, , block, line]) => block ?? line ?? '',
  )
}
