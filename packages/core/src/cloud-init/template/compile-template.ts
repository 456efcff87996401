import type { UserDataInput } from '../../engine/autoscaler.ts'
import { evaluate } from './evaluator.ts'
import { parse } from './parser.ts'
import { tokenize } from './tokens.ts'

/**
 * Compiles a user's own cloud-init template: a part of Go's text/template (values, `range`, `if`, `else`,
 * trim marks, comments), as the Go autoscaler takes it. It knows `.Image`, `.Environment`, `.Labels`,
 * `.AgentName` and `.PoolID`.
 *
 * Throws `TemplateError` for what it does not support; the function that it answers does for names that are not known.
 */
export function compileTemplate(source: string): (input: UserDataInput) => string {
  const nodes = parse(tokenize(source))
  return (input) => {
    const text = evaluate(nodes, {
      Image: input.image,
      Environment: input.environment,
      Labels: input.labels,
      AgentName: input.name,
      PoolID: input.poolId,
    })
    // Templates in Go sources often begin with a line break; cloud-init skips it, clouds that look may not.
    return text.trimStart()
  }
}
