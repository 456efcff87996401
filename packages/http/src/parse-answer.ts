import { UnexpectedAnswer } from '@woodpeckers/autoscaler-core'
import type { z } from 'zod'

/** What came, with the head that says when. */
export interface RawAnswer {
  /** Method and path, for people. */
  readonly where: string
  readonly response: Response
  readonly text: string
}

/**
 * The answer as the model of it, or `UnexpectedAnswer` in one line. Neither the body nor a parser's message
 * goes into it, as both may hold an agent's token.
 */
export function parseAnswer<T>(
  schema: z.ZodType<T>,
  { where, response, text }: RawAnswer,
  webPageHint = 'is a proxy in between?',
): T {
  const type = response.headers.get('content-type') ?? ''
  if (!/^application\/json\b/.test(type)) {
    const came = `${response.status} ${type.split(';')[0] || 'without a type'}`
    const hint = type.startsWith('text/html') ? ` (a web page: ${webPageHint})` : ''
    throw unexpected(where, `expected JSON, but ${came} came${hint}`)
  }
  const parsed = schema.safeParse(jsonOf(where, text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw unexpected(
    where,
    `the answer does not fit: ${pathOf(issue?.path ?? [])}: ${issue?.message ?? 'invalid'}`,
  )
}

/** A write was carried out for all we know, whatever its answer looks like. */
function unexpected(where: string, what: string): UnexpectedAnswer {
  return new UnexpectedAnswer(`${where}: ${what}`, { mayHaveActed: !where.startsWith('GET ') })
}

function jsonOf(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unexpected(where, `the JSON is broken or cut off after ${text.length} characters`)
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : `${text && '.'}${String(part)}`
  return text || 'as a whole'
}
