import { parse } from 'yaml'
import type { KnownDifference } from './compare-openapi.ts'
import type { OpenApiDocument } from './openapi-document.ts'

/** YAML or JSON, which is YAML as well. */
export function readDocument(text: string): OpenApiDocument {
  const document: unknown = parse(text)
  if (typeof document !== 'object' || document === null || !('paths' in document)) {
    throw new TypeError('not an OpenAPI document: it has no paths')
  }
  return document as OpenApiDocument
}

/** A list of `{ at, because }`; each needs its reason. */
export function readDifferences(text: string): readonly KnownDifference[] {
  const list: unknown = parse(text)
  if (!Array.isArray(list)) throw new TypeError('known differences are a list')
  return list.map((entry: Partial<KnownDifference>) => {
    const { at, because } = entry
    if (!at || !because)
      throw new TypeError(`a known difference needs "at" and "because": ${JSON.stringify(entry)}`)
    return { at, because }
  })
}
