import type { AgentFields } from '../agent-records.ts'
import { Refusal } from '../refusal.ts'

/**
 * Reads what a client sends of an agent: only these two fields count, and each that is missing is empty.
 * Without `Content-Type: application/json` nothing is read at all.
 */
export function parseAgentBody(body: string, contentType: string | undefined): AgentFields {
  if (body === '' || !contentType?.startsWith('application/json')) return { name: '', no_schedule: false }
  const value = parse(body)
  const { name = '', no_schedule = false } = value
  if (typeof name !== 'string') throw wrongType(name, 'name', 'string')
  if (typeof no_schedule !== 'boolean') throw wrongType(no_schedule, 'no_schedule', 'bool')
  return { name, no_schedule }
}

function parse(body: string): Record<string, unknown> {
  try {
    return JSON.parse(body)
  } catch (error) {
    const afterBrace = /^\s*\{\s*([^"\s}])/.exec(body)?.[1]
    if (!afterBrace) throw new Refusal(400, body.trim() === '{' ? 'unexpected EOF' : String(error))
    throw new Refusal(400, `invalid character '${afterBrace}' looking for beginning of object key string`)
  }
}

function wrongType(value: unknown, field: string, wanted: string): Refusal {
  const given = typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : typeof value
  return new Refusal(
    400,
    `json: cannot unmarshal ${given} into Go struct field Agent.${field} of type ${wanted}`,
  )
}
