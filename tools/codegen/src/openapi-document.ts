/** As much of an OpenAPI document as the comparison reads. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components?: unknown
}

export type PathItem = Readonly<Record<string, Operation | readonly Ref<Parameter>[] | undefined>>

export interface Operation {
  readonly parameters?: readonly Ref<Parameter>[]
  readonly requestBody?: Ref<Body>
  readonly responses: Readonly<Record<string, Ref<Body>>>
}

export interface Parameter {
  readonly name: string
  readonly in: string
}

export interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: Ref<Schema> }>>
}

export interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Ref<Schema>>>
  readonly items?: Ref<Schema>
  readonly allOf?: readonly Ref<Schema>[]
}

export type Ref<T> = T | { readonly $ref: string }

export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const

/** Follows references within the document. */
export function resolve<T>(document: OpenApiDocument, value: Ref<T>): T {
  let found: unknown = value
  while (typeof found === 'object' && found !== null && '$ref' in found) {
    const parts = String(found.$ref).replace(/^#\//, '').split('/')
    found = parts.reduce<unknown>((node, part) => (node as Record<string, unknown>)?.[part], document)
  }
  return found as T
}

/** The operations of a path, each with the parameters that the path gives to all. */
export function operationsOf(item: PathItem): readonly (readonly [string, Operation])[] {
  const shared = (item['parameters'] ?? []) as readonly Ref<Parameter>[]
  return METHODS.flatMap((method) => {
    const operation = item[method] as Operation | undefined
    if (!operation) return []
    return [[method, { ...operation, parameters: [...shared, ...(operation.parameters ?? [])] }] as const]
  })
}

/** Every field of a schema by its place, such as `running[].labels`, with its type; `null` is left out. */
export function fieldsOf(document: OpenApiDocument, schema: Ref<Schema>, at = ''): Map<string, string> {
  const { type, properties, items, allOf } = resolve(document, schema)
  const fields = new Map<string, string>()
  const types = [type ?? []].flat().filter((name) => name !== 'null')
  if (types.length > 0) fields.set(at, types.join('|'))
  const add = (more: Map<string, string>) => {
    for (const [place, name] of more) fields.set(place, name)
  }
  for (const part of allOf ?? []) add(fieldsOf(document, part, at))
  for (const [name, field] of Object.entries(properties ?? {})) {
    add(fieldsOf(document, field, at === '' ? name : `${at}.${name}`))
  }
  if (items) add(fieldsOf(document, items, `${at}[]`))
  return fields
}
