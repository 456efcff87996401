import type { JsonNode } from './file-schema.ts'

/** The keys of a section as a table of Markdown; those of sections in it follow, with a dot. */
export function keyTable(section: JsonNode): string {
  const head = '| key | value | default | what it is |\n| --- | --- | --- | --- |'
  return [head, ...rowsOf(section)].join('\n')
}

function rowsOf({ properties = {}, required = [] }: JsonNode, above = ''): readonly string[] {
  return Object.entries(properties).flatMap(([key, node]) => {
    const path = `${above}${key}`
    if (node.properties) return rowsOf(node, `${path}.`)
    const otherwise = required.includes(key) ? '**needed**' : otherwiseOf(node)
    const cells = [`\`${path}\``, kindOf(node), otherwise, node.description ?? '']
    return [`| ${cells.map(asItIs).join(' | ')} |`]
  })
}

/** What counts where nothing is said; empty: nothing. */
export function otherwiseOf(node: JsonNode): string {
  if (node.defaultText !== undefined) return node.defaultText
  return node.secret === true ? '' : (valueText(node.default) ?? '')
}

/** A default as one would write it; `undefined`: none, or nothing. */
function valueText(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([key, text]) => `${key}: ${text}`)
  return pairs.length === 0 ? undefined : pairs.join(', ')
}

/** What Markdown would take for something of its own. */
function asItIs(cell: string): string {
  return cell.startsWith('`') || cell.startsWith('**') ? cell : cell.replaceAll(/[|<*]/g, '\\$&')
}

function kindOf(node: JsonNode): string {
  if (node.secret === true) return 'text, secret'
  if (node.kind === 'duration') return 'duration'
  if (node.notation === 'money') return 'money'
  if (node.notation === 'buffer') return 'number or share'
  if (node.enum) return node.enum.join(', ')
  switch (node.type) {
    case 'integer':
      return 'whole number'
    case 'number':
      return 'number'
    case 'boolean':
      return 'true or false'
    case 'array':
      return 'list'
    case 'object':
      return 'pairs'
    default:
      return node.file === true ? 'text or file' : 'text'
  }
}
