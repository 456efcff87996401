import type { UserDataInput } from '../model/user-data.ts'
import type { CloudInitFinding } from './check-cloud-init.ts'

/** Renders a document and says which values of the environment would not come out of it as they went in. */
export type ValueCheck = (
  render: (input: UserDataInput) => string,
  input: UserDataInput,
) => readonly CloudInitFinding[]

/** Means the same in YAML with quotes and without, wherever it stands. */
const HARMLESS = /^(?:[A-Za-z/][\w./@=+-]*(?:[: ][\w./@=+-]+)*)?$/
/** As a number or a word of YAML's own they might come back as another text. */
const WHOLE = /^(?:0|[1-9]\d*)$/
const WORD = /^(?:y|n|yes|no|on|off|null|true|false)$/i

/**
 * Loads the check: a reader of YAML is big, and only a user's own template needs it. Each value that YAML may
 * take for more than a text is tried alone: with it the document must read like the one with a harmless word in
 * its place, but for that word. Files of YAML that the document writes are read as well.
 */
export async function loadValueCheck(): Promise<ValueCheck> {
  const { parse } = await import('yaml')

  /** `undefined`: it cannot be read. What is wrong is not told: it would show the text, with its secrets. */
  const read = (text: string, version: '1.1' | '1.2'): { readonly value: unknown } | undefined => {
    try {
      return { value: parse(text, { version, prettyErrors: false, logLevel: 'error', uniqueKeys: false }) }
    } catch {
      return undefined
    }
  }

  // cloud-init reads YAML 1.1, what reads its files most often 1.2.
  const readDocument = (text: string): unknown => {
    const document = read(text, '1.1')
    if (!document) return UNREADABLE
    return withFilesRead(document.value, (content) => {
      const file = read(content, '1.2')
      return file ? file.value : UNREADABLE
    })
  }

  return (render, input) => {
    const suspects = Object.entries(input.environment).filter(([, value]) => isSuspect(value))
    const tame = {
      ...input.environment,
      ...Object.fromEntries(suspects.map(([name]) => [name, markOf(name)])),
    }
    const tameText = render({ ...input, environment: tame })
    if (!/^#cloud-config\s*$/m.test(tameText.split('\n', 1)[0] ?? '')) return []
    const expected = readDocument(tameText)
    if (expected === UNREADABLE) return [{ severity: 'error', message: 'user data cannot be read as YAML' }]
    return suspects
      .filter(([name, value]) => {
        const found = readDocument(render({ ...input, environment: { ...tame, [name]: value } }))
        return !isSame(found, expected, markOf(name), value)
      })
      .map(([name]) => ({
        severity: 'error',
        message: `the value of ${name} does not come through YAML as it is: quote it, {{ printf "%q" … }}`,
      }))
  }
}

const UNREADABLE: unique symbol = Symbol('unreadable')

function isSuspect(value: string): boolean {
  return WORD.test(value) || !(HARMLESS.test(value) || WHOLE.test(value))
}

function markOf(name: string): string {
  return `value-of-${name}-in-user-data`
}

function withFilesRead(document: unknown, read: (content: string) => unknown): unknown {
  const { write_files: files } = (document ?? {}) as { write_files?: unknown }
  if (!Array.isArray(files)) return document
  const write_files = files.map((file) =>
    /\.ya?ml$/.test(file?.path) && file.encoding === undefined && typeof file.content === 'string'
      ? { ...file, content: read(file.content) }
      : file,
  )
  return { ...(document as object), write_files }
}

/** Whether two documents are the same but for the mark, in whose place the value is. */
function isSame(found: unknown, expected: unknown, mark: string, value: string): boolean {
  if (found === UNREADABLE || expected === UNREADABLE) return found === expected
  if (typeof expected === 'object' && expected !== null) {
    if (typeof found !== 'object' || found === null || Array.isArray(found) !== Array.isArray(expected)) {
      return false
    }
    const entries = Object.entries(expected)
    return (
      Object.keys(found).length === entries.length &&
      entries.every(([key, inner]) => {
        const name = key.replaceAll(mark, () => value)
        return (
          Object.hasOwn(found, name) && isSame((found as Record<string, unknown>)[name], inner, mark, value)
        )
      })
    )
  }
  // `KEY: 2` is a number to YAML, and the same text to whoever uses it.
  return typeof found !== 'object' && String(found) === String(expected).replaceAll(mark, () => value)
}
