import type { Environment } from './environment.ts'

/** A text with what variables hold put in, and the names of those that hold nothing. */
export interface Interpolated {
  readonly text: string
  readonly missing: readonly string[]
}

const VARIABLE = /\$(?:(\$)|\{([A-Za-z_]\w*)(?:(:?[-?+])((?:\$\{[^{}]*\}|[^}])*))?\}|([A-Za-z_]\w*))/g

/** As Docker Compose does it: `$NAME`, `${NAME}`, `${NAME:-what else}`, `${NAME:+instead}`; `$$` is `$` itself. */
export function interpolate(text: string, env: Environment): Interpolated {
  const missing: string[] = []
  const resolved = text.replaceAll(
    VARIABLE,
    (_, dollar?: string, braced?: string, how = '', other = '', plain?: string) => {
      if (dollar) return dollar
      const name = (braced ?? plain)!
      const value = how.startsWith(':') ? env[name] || undefined : env[name]
      const instead = () => {
        const inner = interpolate(other, env)
        missing.push(...inner.missing)
        return inner.text
      }
      if (how.endsWith('+')) return value === undefined ? '' : instead()
      if (value !== undefined) return value
      if (how.endsWith('-')) return instead()
      missing.push(name)
      return ''
    },
  )
  return { text: resolved, missing }
}
