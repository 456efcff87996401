import { isIP } from 'node:net'
import { isLoopback, type ListenAddress } from './listen-address.ts'

/** What is wrong with a name that somebody allows; `undefined`: nothing. */
export function hostProblem(host: string): string | undefined {
  if (isIP(host) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(host)) return undefined
  return `must be names like ci.example.org, without https:// and port; "${host}" is none`
}

/**
 * Answers whether a request may have this `Host`. A page from elsewhere can have its own name lead to this computer
 * (DNS rebinding): the browser then takes us for that page, and only the name in the request tells. An address cannot
 * be led anywhere, so beyond loopback all of them are fine.
 */
export function hostCheck(listen: ListenAddress, allowed: readonly string[]): (header: string) => boolean {
  const names = new Set([listen.host, ...allowed].map((name) => name.toLowerCase()))
  const beyond = !isLoopback(listen.host)
  return (header) => {
    const host = hostOf(header)
    if (host === undefined) return false
    return isLoopback(host) || names.has(host) || (beyond && isIP(host) !== 0)
  }
}

/** Without its port, in small letters. */
function hostOf(header: string): string | undefined {
  const [, six, host] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header) ?? []
  return (six ?? host)?.toLowerCase()
}
