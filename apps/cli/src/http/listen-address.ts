import { isIP } from 'node:net'

/** Where nobody said anything else. */
export const DEFAULT_LISTEN = '127.0.0.1:9090'

/** Where to listen. */
export interface ListenAddress {
  /** A name or an address, that of IPv6 without brackets. */
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

const RIGHT = 'must be host:port, like 127.0.0.1:9090, 0.0.0.0:9090 or [::]:9090, or off'
const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/

/** What is wrong with it; `undefined`: nothing. */
export function listenProblem(text: string): string | undefined {
  if (isOff(text)) return undefined
  const [, six, host, port] = ADDRESS.exec(text) ?? []
  if (port === undefined || Number(port) > 65_535) return RIGHT
  if (six !== undefined && isIP(six) !== 6) return RIGHT
  // 300.1.1.1 is a mistake and no name.
  return host !== undefined && /^[\d.]+$/.test(host) && isIP(host) !== 4 ? RIGHT : undefined
}

/** Of a text without a problem; `undefined`: nowhere. */
export function listenAddress(text: string): ListenAddress | undefined {
  if (isOff(text)) return undefined
  const [, six, host = '', port] = ADDRESS.exec(text) ?? []
  return { host: six ?? host, port: Number(port) }
}

function isOff(text: string): boolean {
  return text === 'off' || text === ''
}

/** Whether only this computer reaches it. Of a name nobody knows but `localhost`. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  const plain = host.replace(/^::ffff:/i, '')
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1'
}

/** As it stands in a URL. */
export function hostInUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}
