import type { UserDataInput } from '../model/user-data.ts'
import { Rejected } from '../ports/errors.ts'
import type { UserDataLimit } from '../ports/provider.ts'
import { type CloudInitFinding, checkBeginning } from './check-cloud-init.ts'
import { loadValueCheck } from './check-values.ts'
import type { CloudInitOptions } from './cloud-init-options.ts'
import { protectDocument } from './protect-document.ts'
import { renderCloudInit } from './render-cloud-init.ts'
import { compileTemplate } from './template/compile-template.ts'
import { functionsUsed } from './template/functions-used.ts'
import { userDataBytes } from './user-data-bytes.ts'

/** Makes user data, of the built-in kind or by a user's own template. */
export interface UserDataRenderer {
  /**
   * The document of one agent, with its secret: never log it. Throws `Rejected` where no machine would come
   * up with it; its message says which variable is to blame, never with what value.
   */
  readonly render: (input: UserDataInput) => string
  /** Renders, and says all that is wrong with it for a cloud with that limit. */
  readonly check: (input: UserDataInput, limit?: UserDataLimit) => UserDataCheck
}

export interface UserDataCheck {
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** As it is sent: compressed, where the limit says so. */
  readonly bytes: number
}

export interface UserDataSettings extends CloudInitOptions {
  /** A user's own, in Go's text/template; of the options only `blockMetadata` is about it. */
  readonly template?: string | undefined
}

/** They change texts, so that a value which comes out otherwise is as it was meant. */
const CHANGING: readonly string[] = ['html', 'js', 'urlquery', 'slice', 'len']
/** With them a template may look otherwise for another value, so that what the check finds may be meant. */
const DECIDING: readonly string[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']

/** Throws `TemplateError` for a template that is wrong, or uses what is not supported. */
export async function createUserDataRenderer(settings: UserDataSettings): Promise<UserDataRenderer> {
  const { template } = settings
  return template === undefined
    ? rendererOf((input) => ({ text: renderCloudInit(input, settings), findings: [] }))
    : rendererOf(await templateRenderer(template, settings.blockMetadata))
}

type Attempt = (input: UserDataInput) => {
  readonly text: string
  readonly findings: readonly CloudInitFinding[]
}

async function templateRenderer(template: string, blockMetadata: boolean): Promise<Attempt> {
  const compiled = compileTemplate(template)
  const used = functionsUsed(template)
  const checkValues = CHANGING.some((name) => used.has(name)) ? () => [] : await loadValueCheck()
  const isSure = !DECIDING.some((name) => used.has(name))
  return (input) => {
    const text = compiled(input)
    const values = checkValues(compiled, input)
    return {
      text: blockMetadata ? protectDocument(text) : text,
      findings: [
        ...checkBeginning(text),
        ...(isSure ? values : values.map((finding) => ({ ...finding, severity: 'warning' as const }))),
      ],
    }
  }
}

function rendererOf(attempt: Attempt): UserDataRenderer {
  return {
    render(input) {
      let problem: string | undefined
      try {
        const { text, findings } = attempt(input)
        problem = findings.find(({ severity }) => severity === 'error')?.message
        if (problem === undefined) return text
      } catch (error) {
        // Nothing was asked of anybody yet, so nothing can have had an effect.
        throw new Rejected(`user data: ${(error as Error).message}`, { cause: error })
      }
      throw new Rejected(problem)
    },
    check(input, limit) {
      try {
        const { text, findings } = attempt(input)
        const { bytes, fits, message } = userDataBytes(text, limit)
        const of = (wanted: string) => findings.filter((f) => f.severity === wanted).map((f) => f.message)
        return { errors: [...of('error'), ...(fits ? [] : [message])], warnings: of('warning'), bytes }
      } catch (error) {
        return { errors: [(error as Error).message], warnings: [], bytes: 0 }
      }
    },
  }
}
