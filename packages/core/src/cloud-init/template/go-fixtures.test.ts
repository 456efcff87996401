import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { UserDataInput } from '../../model/user-data.ts'
import { compileTemplate } from './compile-template.ts'
import { TemplateError } from './template-error.ts'

// The outputs are Go's own: tools/go-templates makes them.
const folder = new URL('./fixtures/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

interface GoResult {
  readonly output?: string
  readonly error?: string
}

const data = JSON.parse(read('data.json'))
const input: UserDataInput = {
  name: data.AgentName,
  poolId: data.PoolID,
  image: data.Image,
  environment: data.Environment,
  labels: data.Labels,
}

/** What we make of a template: the same text as Go, or the place where it is refused. */
function render(source: string): string | TemplateError {
  try {
    return compileTemplate(source)(input)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
}

const templates = readdirSync(folder)
  .filter((name) => name.endsWith('.tmpl'))
  .sort()

test('there are twenty templates that Go renders, and some that it refuses', () => {
  expect(templates.filter((name) => existsSync(new URL(expectedOf(name), folder)))).toHaveLength(20)
  expect(templates.length).toBeGreaterThan(20)
})

function expectedOf(name: string): string {
  return name.replace(/tmpl$/, 'expected')
}

describe('a template renders as in Go', () => {
  test.each(templates)('%s', (name) => {
    const rendered = render(read(name))
    if (existsSync(new URL(expectedOf(name), folder)))
      expect(rendered).toBe(read(expectedOf(name)).trimStart())
    else expect(rendered).toBeInstanceOf(TemplateError)
  })
})

/** Go renders these; we refuse them, with their place. */
const REFUSED: ReadonlySet<string> = new Set<string>(JSON.parse(read('refused.json')))

describe('a snippet renders as in Go, or is refused with its place', () => {
  const snippets: readonly string[] = JSON.parse(read('snippets.json'))
  const results: readonly GoResult[] = JSON.parse(read('snippets.expected.json'))

  test.each(snippets.map((snippet, index) => [snippet, results[index]!] as const))('%j', (snippet, go) => {
    const rendered = render(snippet)
    if (go.output !== undefined && !REFUSED.has(snippet)) expect(rendered).toBe(go.output.trimStart())
    else {
      expect(rendered).toBeInstanceOf(TemplateError)
      expect(rendered).toMatchObject({ line: expect.any(Number), column: expect.any(Number) })
    }
  })
})
