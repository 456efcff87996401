// Holds requests and answers against an OpenAPI 3.0 document: statuses, query, bodies, and no field beside it.
import { Ajv, type ValidateFunction } from 'ajv'

/** What went over the wire. */
export interface Exchange {
  readonly method: string
  /** As the document has it, without the server's prefix. */
  readonly path: string
  readonly query: URLSearchParams
  /** JSON, or empty. */
  readonly body: string
  readonly status: number
  readonly answer: string
}

export interface Difference {
  /** Such as `POST /servers 201 /server/name type`. */
  readonly at: string
  readonly what: string
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: object }[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const FORMATS: Readonly<Record<string, RegExp | true>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
  decimal: /^-?\d+(?:\.\d+)?$/,
  int32: true,
  int64: true,
  double: true,
}

export class ExchangeChecker {
  readonly #document: Document
  // Numbers in a query are text.
  readonly #query: Ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: 'array', formats: FORMATS })
  readonly #body: Ajv = new Ajv({ strict: false, allErrors: true, formats: FORMATS })
  readonly #compiled: Map<object, ValidateFunction> = new Map()
  /** Operations that were seen, with what was answered. */
  readonly seen: Set<string> = new Set()

  constructor(document: Document) {
    this.#document = document
  }

  check({ method, path, query, body, status, answer }: Exchange): readonly Difference[] {
    const found = this.#find(method, path)
    if (!found) return [{ at: `${method} ${path}`, what: 'the document has no such operation' }]
    const { operation, at } = found
    this.seen.add(`${at} ${status}`)
    const wanted = jsonSchemaOf(operation.requestBody)
    const responses = operation.responses
    const response = responses[status] ?? responses[`${String(status)[0]}xx`]
    if (!response) return [{ at: `${at} ${status}`, what: 'the document has no such status' }]
    const answered = jsonSchemaOf(response)
    return [
      ...this.#checkQuery(`${at} query`, operation, query),
      ...(body === ''
        ? []
        : wanted
          ? this.#compare(this.#body, `${at} request`, wanted, JSON.parse(body))
          : [{ at: `${at} request`, what: 'the document has no body' }]),
      ...(answered ? this.#compare(this.#body, `${at} ${status}`, answered, JSON.parse(answer)) : []),
    ]
  }

  #find(method: string, path: string): { readonly operation: Operation; readonly at: string } | undefined {
    for (const [template, item] of Object.entries(this.#document.paths)) {
      const operation = item[method.toLowerCase()]
      const pattern = new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)
      // `/servers/actions` is no server.
      if (operation && pattern.test(path) && (template === path || !this.#document.paths[path])) {
        return { operation, at: `${method} ${template}` }
      }
    }
    return undefined
  }

  #checkQuery(at: string, { parameters = [] }: Operation, query: URLSearchParams): readonly Difference[] {
    const known = new Map(parameters.filter((each) => each.in === 'query').map((each) => [each.name, each]))
    return [...new Set(query.keys())].flatMap((name) => {
      const parameter = known.get(name)
      if (!parameter) return [{ at: `${at} ${name}`, what: 'the document has no such parameter' }]
      const values = query.getAll(name)
      const value = values.length === 1 ? values[0] : values
      return this.#compare(
        this.#query,
        `${at} ${name}`,
        { properties: { it: parameter.schema } },
        { it: value },
      )
    })
  }

  #compare(ajv: Ajv, at: string, schema: object, value: unknown): readonly Difference[] {
    let validate = this.#compiled.get(schema)
    if (!validate) {
      validate = ajv.compile(closed(schema) as object)
      this.#compiled.set(schema, validate)
    }
    validate(value)
    return (validate.errors ?? []).map(({ instancePath, keyword, message, params }) => {
      const extra = keyword === 'additionalProperties' ? `/${params['additionalProperty']}` : ''
      const missing = keyword === 'required' ? `/${params['missingProperty']}` : ''
      const place = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*') + extra + missing
      return { at: `${at} ${place} ${keyword}`, what: message ?? keyword }
    })
  }
}

function jsonSchemaOf(body: Content | undefined): object | undefined {
  return body?.content?.['application/json']?.schema
}

/** The schema without room for fields that it does not name: so that a misspelt one is found. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  if ('properties' in copy && 'type' in copy && !('additionalProperties' in copy)) {
    return { ...copy, additionalProperties: false }
  }
  return copy
}
