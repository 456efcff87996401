import {
  type Body,
  fieldsOf,
  type OpenApiDocument,
  type Operation,
  operationsOf,
  type Ref,
  resolve,
} from './openapi-document.ts'

/** Something of our document that upstream's does not have, or has otherwise. */
export interface Difference {
  /** Such as `DELETE /agents/{agent_id} 204`. */
  readonly at: string
  readonly what: string
}

/** A difference that is meant, with the reason. */
export interface KnownDifference {
  readonly at: string
  readonly because: string
}

export interface Comparison {
  readonly operations: number
  readonly fields: number
  /** Not meant. */
  readonly unknown: readonly Difference[]
  readonly known: readonly Difference[]
  /** Meant, but not there (any more). */
  readonly unused: readonly KnownDifference[]
}

/**
 * Looks for every path, method, parameter, status and field of our document in upstream's, which leaves `/api`
 * out of its paths. Upstream names no errors: our `default` answers have nothing to be compared with.
 */
export function compareOpenApi(
  ours: OpenApiDocument,
  upstream: OpenApiDocument,
  knownDifferences: readonly KnownDifference[],
): Comparison {
  const differences: Difference[] = []
  let operations = 0
  let fields = 0
  for (const [path, item] of Object.entries(ours.paths)) {
    const upstreamPath = path.replace(/^\/api(?=\/)/, '')
    const theirs = new Map(operationsOf(upstream.paths[upstreamPath] ?? {}))
    for (const [method, operation] of operationsOf(item)) {
      operations++
      const at = `${method.toUpperCase()} ${upstreamPath}`
      const other = theirs.get(method)
      if (!other) {
        differences.push({ at, what: 'upstream has no such operation' })
        continue
      }
      differences.push(...compareParameters(at, [ours, operation], [upstream, other]))
      for (const [place, body, otherBody] of bodiesOf(operation, other)) {
        if (!otherBody) {
          differences.push({ at: `${at} ${place}`, what: 'upstream has no such body or status' })
          continue
        }
        const compared = compareFields(`${at} ${place}`, [ours, body], [upstream, otherBody])
        fields += compared.fields
        differences.push(...compared.differences)
      }
    }
  }
  const isKnown = ({ at }: Difference) => knownDifferences.some((known) => known.at === at)
  return {
    operations,
    fields,
    unknown: differences.filter((difference) => !isKnown(difference)),
    known: differences.filter(isKnown),
    unused: knownDifferences.filter((known) => !differences.some(({ at }) => at === known.at)),
  }
}

/** A part of a document, with the document that its references are looked up in. */
type Within<T> = readonly [OpenApiDocument, T]

function compareParameters(at: string, ours: Within<Operation>, theirs: Within<Operation>): Difference[] {
  const names = ([document, operation]: Within<Operation>) =>
    (operation.parameters ?? []).map((each) => {
      const parameter = resolve(document, each)
      return `${parameter.in} ${parameter.name}`
    })
  const there = new Set(names(theirs))
  return names(ours)
    .filter((name) => !there.has(name))
    .map((name) => ({ at: `${at} ${name}`, what: 'upstream has no such parameter' }))
}

function bodiesOf(
  ours: Operation,
  theirs: Operation,
): (readonly [string, Ref<Body>, Ref<Body> | undefined])[] {
  const answers = Object.entries(ours.responses)
    .filter(([status]) => status !== 'default')
    .map(([status, body]) => [status, body, theirs.responses[status]] as const)
  if (!ours.requestBody) return answers
  return [['request', ours.requestBody, theirs.requestBody] as const, ...answers]
}

function compareFields(
  at: string,
  ours: Within<Ref<Body>>,
  theirs: Within<Ref<Body>>,
): { fields: number; differences: Difference[] } {
  const [mine, others] = [jsonFields(ours), jsonFields(theirs)]
  const differences: Difference[] = []
  for (const [place, type] of mine) {
    const other = others.get(place)
    const where = place === '' ? at : `${at} ${place}`
    if (other === undefined) differences.push({ at: where, what: 'upstream has no such field' })
    else if (other !== type) differences.push({ at: where, what: `${type} here, ${other} upstream` })
  }
  return { fields: mine.size, differences }
}

function jsonFields([document, body]: Within<Ref<Body>>): Map<string, string> {
  const schema = resolve(document, body).content?.['application/json']?.schema
  return schema ? fieldsOf(document, schema) : new Map()
}
