import { readFileSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'

/** Where `${NAME}` and `file:` lead. */
export interface ReferenceSources {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Paths are relative to this: the folder of the config file. */
  readonly folder: string
  /** Nothing is begun with what is read: secrets are not looked up, and a variable that is not set stands for its name. */
  readonly withoutSecrets?: boolean
}

/** The text that a reference stands for, or the end of a sentence that says what is wrong with it. */
export type Resolved =
  | { readonly text: string; readonly referred: boolean; readonly warning?: string; readonly file?: ReadFile }
  | { readonly wrong: string; readonly file?: ReadFile }

/** A file that was looked at, and what was in it. */
export interface ReadFile {
  readonly path: string
  readonly text: string | undefined
}

const VARIABLE = /\$(\$\{)|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/** Whether the whole text is one reference to a variable. */
export function isVariable(text: string): boolean {
  return /^\$\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\}$/.test(text)
}

/** Puts in what variables hold: `${NAME}`, or `${NAME:-what else}`; `$${` is `${` itself. */
export function resolveVariables(text: string, { env, withoutSecrets }: ReferenceSources): Resolved {
  const missing: string[] = []
  let referred = false
  if (hasBrokenReference(text))
    // Without the text: it may be a secret.
    return {
      wrong: `has a "\${" that begins no reference: those are \${NAME} and \${NAME:-otherwise}, and $\${ is "\${" itself`,
    }
  const resolved = text.replaceAll(VARIABLE, (_, escaped?: string, name?: string, otherwise?: string) => {
    if (escaped) return escaped
    referred = true
    const value = env[name!] || otherwise
    if (value === undefined) missing.push(name!)
    return value ?? ''
  })
  if (missing.length === 0) return { text: resolved, referred }
  const names = missing.join(', ')
  if (withoutSecrets) return { text: resolved || names, referred }
  return { wrong: `needs ${names}, which ${missing.length === 1 ? 'is' : 'are'} not set in the environment` }
}

function hasBrokenReference(text: string): boolean {
  const otherwise = [...text.matchAll(VARIABLE)].map(([, , , other = '']) => other)
  return [text.replaceAll(VARIABLE, ''), ...otherwise].some((rest) => rest.includes('${'))
}

/** A text as one has to write it where references are resolved. */
export function withoutReferences(text: string): string {
  // A function, as `$$` in a replacement is one `$`.
  return text.replaceAll('${', () => '$${')
}

const FILE = 'file:'

export function isFileReference(text: string): boolean {
  return text.startsWith(FILE)
}

/** What is in the file that `file:path` names. A secret's line break at the end is no part of it. */
export function resolveFile(text: string, secret: boolean, { folder }: ReferenceSources): Resolved {
  const name = text.slice(FILE.length).replace(/^\/\/(?=\/)/, '')
  const path = isAbsolute(name) ? name : join(folder, name)
  let content: string
  let mode: number
  try {
    content = readFileSync(path, 'utf8')
    mode = statSync(path).mode
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : (error as Error).message
    return { wrong: `names the file ${path}, which cannot be read: ${why}`, file: { path, text: undefined } }
  }
  const file = { path, text: content }
  const value = secret ? content.trim() : content
  if (value.trim() === '') return { wrong: `names the file ${path}, which is empty`, file }
  const warning = secret && isReadableByAll(mode) ? { warning: readableByAll(path) } : {}
  return { text: value, referred: true, file, ...warning }
}

const OTHERS_MAY_READ = 0o004

/** Whether everybody on this computer may read it; Windows does not tell in this way. */
export function isReadableByAll(mode: number): boolean {
  return process.platform !== 'win32' && (mode & OTHERS_MAY_READ) !== 0
}

function readableByAll(path: string): string {
  return `names the file ${path}, which every user of this computer may read: chmod o-r`
}
