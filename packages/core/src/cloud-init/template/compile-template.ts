import type { UserDataInput } from '../../model/user-data.ts'
import { lex } from './lex.ts'
import { parseTemplate } from './parse-template.ts'
import { renderTemplate } from './render-template.ts'
import { Structure, Table } from './value.ts'

/**
 * Compiles a user's own cloud-init template, written in Go's text/template as for the Go autoscaler. It is
 * given what that one gives: `.Image`, `.Environment`, `.PreExec`, `.PostExec` (commands of a cloud, here always
 * none); and `.AgentName`, `.PoolID`, `.Labels`.
 *
 * Throws `TemplateError` for what is wrong or not supported; the function that it answers does for what shows
 * only when it is rendered.
 */
export function compileTemplate(source: string): (input: UserDataInput) => string {
  const template = parseTemplate(lex(source))
  return (input) => {
    const data = new Structure({
      Image: input.image,
      Environment: new Table(input.environment),
      PreExec: [],
      PostExec: [],
      AgentName: input.name,
      PoolID: input.poolId,
      Labels: new Table(input.labels),
    })
    // Templates in Go sources often begin with a line break; cloud-init skips it, clouds that look may not.
    return renderTemplate(template, data).trimStart()
  }
}
