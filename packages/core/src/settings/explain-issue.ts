import type { z } from 'zod'

/**
 * What would be right, for the kinds of mistakes that zod finds; the end of a sentence. `missing`: what to say
 * where there is no value at all; `undefined` where there is one.
 */
export function explainIssue(issue: z.core.$ZodIssue, missing: string | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return missing ?? `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`
    case 'too_small':
      // Any other beginning is the schema's own words.
      if (!issue.message.startsWith('Too small')) return issue.message
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', issue.minimum)
    case 'too_big':
      if (!issue.message.startsWith('Too big')) return issue.message
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', issue.maximum)
    default:
      return issue.message.replace(/^Invalid (\S+)$/, 'must be a valid $1')
  }
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'string') return `must have ${relation} ${limit} characters`
  if (origin === 'array') return `must have ${relation} ${limit} items`
  return `must be ${relation} ${limit}`
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number, like 3',
  number: 'a number, like 3',
  object: 'settings of its own, each on a line',
  record: 'pairs, like key: value',
  string: 'text',
}
