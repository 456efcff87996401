import type { EnvironmentRead } from './environment.ts'

const BLANK = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y
const NAME = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*=[^\S\n]*/y
const QUOTED = /(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|`([^`]*)`)[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y
const BARE = /([^\n]*)(?:\n|$)/y

/**
 * Reads `NAME=value` lines as `.env` files have them: comments, `export`, and values in quotes, over several
 * lines too. What is no such line is a problem, with its number.
 */
export function parseEnvFile(text: string, name: string): EnvironmentRead {
  const source = text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '')
  const env: Record<string, string> = {}
  const problems: string[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(source)
    if (found) at = pattern.lastIndex
    return found
  }
  while (at < source.length) {
    const line = `${name}:${source.slice(0, at).split('\n').length}`
    if (take(BLANK)) continue
    const key = take(NAME)?.[1]
    if (key === undefined) {
      problems.push(`${line}: must be NAME=value, or a comment with #`)
      take(BARE)
      continue
    }
    const quoted = take(QUOTED)
    if (quoted) {
      env[key] = quoted[1] === undefined ? (quoted[2] ?? quoted[3] ?? '') : unescaped(quoted[1])
      continue
    }
    const bare = take(BARE)?.[1] ?? ''
    if (/^["'`]/.test(bare)) problems.push(`${line}: ${key} has a quote that is not closed`)
    else env[key] = bare.replace(/(?:^|\s)#.*$/, '').trim()
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, env, unresolved: new Map(), remarks: [] }
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (both, letter: string) => {
    if (letter === 'n') return '\n'
    return letter === '"' || letter === '\\' || letter === '$' ? letter : both
  })
}
