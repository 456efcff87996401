import { parseBoolean } from '../settings/boolean.ts'

/**
 * The port of the agent's health endpoint, by its own settings; `undefined`: it is turned off. What it
 * listens on inside of a container is its own affair: outside it is on loopback only.
 */
export function healthPort(environment: Readonly<Record<string, string>>): number | undefined {
  const on = parseBoolean(environment['WOODPECKER_HEALTHCHECK'] ?? '') ?? true
  if (!on) return undefined
  const port = /:(\d{1,5})$/.exec(environment['WOODPECKER_HEALTHCHECK_ADDR'] ?? '')?.[1]
  return port === undefined ? 3000 : Number(port)
}
