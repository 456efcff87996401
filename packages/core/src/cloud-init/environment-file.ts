type Environment = Readonly<Record<string, string>>

/** Where the agent's environment lies on its machine, its secret in it: readable by root alone. */
export const ENVIRONMENT_FILE = '/etc/woodpecker-agent/environment'

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * For Docker's `--env-file`: one `NAME=value` a line, nothing quoted, as it takes all behind the first `=` as
 * it is. Throws for a value that it cannot pass on.
 */
export function dockerEnvironmentFile(environment: Environment): string {
  return lines(environment, (name, value) => {
    if (/[\r\n\0]/.test(value))
      throw new Error(`the value of ${name} has a line break, which Docker cannot pass on`)
    return value
  })
}

/**
 * For systemd's `EnvironmentFile=`: each value in double quotes, in which a backslash, `"`, `$` and a backtick
 * are escaped. systemd drops a variable with any other control character than a tab, so that throws.
 */
export function systemdEnvironmentFile(environment: Environment): string {
  return lines(environment, (name, value) => {
    if (/(?!\t)\p{Cc}/u.test(value)) {
      throw new Error(
        `the value of ${name} has a line break or control character, which systemd cannot pass on`,
      )
    }
    return `"${value.replaceAll(/[\\"$`]/g, '\\$&')}"`
  })
}

function lines(environment: Environment, show: (name: string, value: string) => string): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      if (!VARIABLE.test(name)) throw new Error(`“${name}” is not the name of an environment variable`)
      // Half of a surrogate pair has no bytes of its own.
      if (!value.isWellFormed()) throw new Error(`the value of ${name} is not valid Unicode`)
      return `${name}=${show(name, value)}\n`
    })
    .join('')
}
