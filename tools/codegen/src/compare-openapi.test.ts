import { describe, expect, it } from 'vitest'
import { compareOpenApi } from './compare-openapi.ts'
import type { OpenApiDocument, Schema } from './openapi-document.ts'
import { readDifferences } from './read-documents.ts'

function documentOf(path: string, schema: Schema, method = 'get', status = '200'): OpenApiDocument {
  const operation = { responses: { [status]: { content: { 'application/json': { schema } } } } }
  return { paths: { [path]: { [method]: operation } } }
}

const agent: Schema = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } }

describe('comparing our document with upstream’s', () => {
  it('finds nothing where ours is a part of theirs, null or not', () => {
    const ours = documentOf('/api/agents', {
      type: ['object', 'null'],
      properties: { id: { type: 'integer' } },
    })
    const { unknown, operations, fields } = compareOpenApi(ours, documentOf('/agents', agent), [])
    expect({ unknown, operations, fields }).toEqual({ unknown: [], operations: 1, fields: 2 })
  })

  it.each([
    ['a path', documentOf('/api/agent', agent), 'GET /agent'],
    ['a method', documentOf('/api/agents', agent, 'put'), 'PUT /agents'],
    ['a status', documentOf('/api/agents', agent, 'get', '204'), 'GET /agents 204'],
    [
      'a field',
      documentOf('/api/agents', { type: 'object', properties: { id: { type: 'string' } } }),
      'GET /agents 200 id',
    ],
    [
      'a field of another type',
      documentOf('/api/agents', { type: 'object', properties: { nam: { type: 'string' } } }),
      'GET /agents 200 nam',
    ],
  ])('names %s that is not there', (_, ours, at) => {
    const { unknown } = compareOpenApi(ours, documentOf('/agents', agent), [])
    expect(unknown.map((difference) => difference.at)).toEqual([at])
  })

  it('finds fields behind references, in lists and in parts', () => {
    const ours: OpenApiDocument = {
      ...documentOf('/api/agents', { type: 'array', items: { $ref: '#/components/schemas/Agent' } }),
      components: { schemas: { Agent: { allOf: [agent, { properties: { odd: { type: 'boolean' } } }] } } },
    }
    const upstream = documentOf('/agents', { type: 'array', items: agent })
    expect(compareOpenApi(ours, upstream, []).unknown).toEqual([
      { at: 'GET /agents 200 [].odd', what: 'upstream has no such field' },
    ])
  })

  it('lets a listed difference pass, and names one that is listed in vain', () => {
    const known = [
      { at: 'GET /agents 204', because: 'so it answers' },
      { at: 'GET /agents 205', because: 'an old reason' },
    ]
    const ours = documentOf('/api/agents', agent, 'get', '204')
    const compared = compareOpenApi(ours, documentOf('/agents', agent), known)
    expect(compared.unknown).toEqual([])
    expect(compared.unused).toEqual([known[1]])
  })

  it('refuses a listed difference without a reason', () => {
    expect(() => readDifferences('- at: GET /agents 204')).toThrow('because')
  })
})
