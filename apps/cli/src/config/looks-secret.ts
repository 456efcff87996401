const SECRET_NAME = /(?:^|_)(?:TOKEN|SECRETS?|PASSWORD|PASSWD|PASS|PWD|KEY|CREDENTIALS?|AUTH|PAT|DSN)(?:_|$)/i
const LOGIN = /:\/\/([^/\s@]+)@/g

/** By its name, or by its looks: a login in a URL, or what nobody would think up. */
export function looksSecret(name: string, value: string): boolean {
  if (value === '' || /^(?:true|false|\d{1,6})$/.test(value)) return false
  const isRandom = /^[A-Za-z0-9+_=-]{24,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value)
  return SECRET_NAME.test(name) || hasLogin(value) || isRandom
}

/** Whether it is a URL with a password. */
export function hasLogin(text: string): boolean {
  return loginsIn(text).length > 0
}

/** User and password of each URL in any text of it, however deep. */
export function loginsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(LOGIN)].map(([, login]) => login!)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(loginsIn) : []
}

/** Values of an agent's variables that are secrets, as far as one can tell. */
export function secretsIn(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) => (looksSecret(name, value) ? [value] : []))
}
