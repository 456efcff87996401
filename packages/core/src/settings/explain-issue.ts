import type { z } from 'zod'
import type { Setting } from './describe-settings.ts'
import type { RawValue } from './read-raw.ts'

/** What would be right, for the kinds of mistakes that zod finds; the end of a sentence. */
export function explainIssue(issue: z.core.$ZodIssue, setting: Setting, raw: RawValue | undefined): string {
  switch (issue.code) {
    case 'invalid_type':
      return raw === undefined && issue.path.length === 1 ? missing(setting) : `must be a ${issue.expected}`
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

function missing(setting: Setting): string {
  return `is missing; set it${setting.fromFile ? `, or name a file that holds it in ${setting.env}_FILE` : ''}`
}
