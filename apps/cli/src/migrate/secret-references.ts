import { isAbsolute, join } from 'node:path'
import { hasLogin, looksSecret } from '../config/looks-secret.ts'
import { withoutReferences } from '../config/references.ts'
import type { GivenSetting } from './given-settings.ts'
import type { Source } from './source.ts'

/** A variable that the file refers to. */
export interface NeededVariable {
  readonly name: string
  /** What it must hold, where it is not there already. */
  readonly holds?: string
}

/** Writes settings so that no secret is among what is written, and remembers what is referred to. */
export class SecretReferences {
  readonly needed: NeededVariable[] = []
  readonly #source: Pick<Source, 'nameOf' | 'agentVariable'>
  readonly #folder: string | undefined

  /** `folder`: of relative paths, where the file that is written will be in another one. */
  constructor(source: Pick<Source, 'nameOf' | 'agentVariable'>, folder: string | undefined) {
    this.#source = source
    this.#folder = folder
  }

  /** The value for the file: a secret is `${VARIABLE}`, or `file:` with its path. */
  write({ setting, value, variable, file }: GivenSetting): unknown {
    if (file !== undefined) return `file:${this.pathFromFile(file)}`
    const name = this.#source.nameOf(variable)
    if (setting.secret) return this.#refer({ name })
    // A template is taken as it is: in it ${…} is the shell's.
    if (setting.fromFile) return value
    if (setting.key === 'agentEnv') return this.#writeAgentEnv(value as Record<string, string>, name)
    if (Array.isArray(value)) {
      return value.map((item: string, at) => {
        if (!hasLogin(item)) return withoutReferences(item)
        if (value.length === 1) return this.#refer({ name })
        return this.#refer({ name: `${name}_${at + 1}`, holds: `item ${at + 1} of ${name}` })
      })
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, text]) => [key, withoutReferences(String(text))]),
      )
    }
    if (typeof value !== 'string') return value
    return this.writeText(value, variable, hasLogin(value))
  }

  /** A text as it is, or the variable that holds it. */
  writeText(text: string, variable: string, secret: boolean): string {
    return secret ? this.#refer({ name: this.#source.nameOf(variable) }) : withoutReferences(text)
  }

  /** A path that was written for our working directory. */
  pathFromFile(path: string): string {
    return this.#folder === undefined || isAbsolute(path) ? path : join(this.#folder, path)
  }

  #writeAgentEnv(pairs: Readonly<Record<string, string>>, list: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(pairs).map(([key, text]) => [
        key,
        looksSecret(key, text) ? this.#refer(this.#holderOf(key, list)) : withoutReferences(text),
      ]),
    )
  }

  #holderOf(key: string, list: string): NeededVariable {
    const own = this.#source.agentVariable(key)
    return own === undefined ? { name: `AGENT_ENV_${key}`, holds: `${key} of ${list}` } : { name: own }
  }

  #refer(needed: NeededVariable): string {
    this.needed.push(needed)
    return `\${${needed.name}}`
  }
}
