import { Document, visit } from 'yaml'

const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u
/** Those beyond U+FFFF: JSON spells them in two halves, which YAML does not join. */
const FAR_UNSEEN = /(?=[\u{10000}-\u{10ffff}])\p{Cf}/gu

/**
 * A value as YAML, each text with characters that no eye sees in double quotes: only there does `\u202e`, as which
 * standard output spells it, mean that character.
 */
export function yamlText(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && UNSEEN.test(node.value.replaceAll('\n', '')))
        node.type = 'QUOTE_DOUBLE'
    },
  })
  const text = document.toString({ lineWidth: 0 })
  return text.replaceAll(FAR_UNSEEN, (found) => `\\U${found.codePointAt(0)!.toString(16).padStart(8, '0')}`)
}
