import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'

/** How far an address is reachable, judged by its text alone. */
export type Reach =
  /** This computer only. */
  | 'loopback'
  | 'no-host'
  /** Neighbours on one network segment only. */
  | 'link-local'
  | 'private-address'
  /** Resolves in a private network only, such as Docker's. */
  | 'one-word'
  | 'private-name'
  /** Of a domain for tests, which says nothing of where it leads. */
  | 'test-name'
  | 'public'

export interface GrpcAddress {
  readonly host: string
  /** As agents take it: 443 where none is given. */
  readonly port: number
  readonly hasPort: boolean
  readonly reach: Reach
}

export type ParsedAddress =
  | { readonly ok: true; readonly address: GrpcAddress }
  /** What is wrong and what would be right: follows the setting and its value. */
  | { readonly ok: false; readonly why: string }

/** What gRPC takes where an address has no port. */
const DEFAULT_PORT = 443

/** Reads an address as the agent's gRPC library does. */
export function parseGrpcAddress(text: string): ParsedAddress {
  if (text.includes('://')) return wrong('must be host:port, without a scheme such as https://')
  if (/[/?#@\s]/.test(text)) return wrong('must be host:port, without a path')
  if (isIPv6(text)) return wrong(`must have a port, with the address in brackets: [${text}]:9000`)
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text)
  if (!match) return wrong('must be host:port; an IPv6 address is written in brackets: [2001:db8::1]:9000')
  const [, bracketed, plain = '', portText] = match
  const host = bracketed ?? plain
  if (bracketed !== undefined && !isIPv6(bracketed)) return wrong('has brackets around no IPv6 address')
  const hasPort = portText !== undefined
  if (hasPort && !isPort(portText)) return wrong('must have a port between 1 and 65535 after the colon')
  const port = hasPort ? Number(portText) : DEFAULT_PORT
  return { ok: true, address: { host, port, hasPort, reach: reachOf(host.toLowerCase()) } }
}

function wrong(why: string): ParsedAddress {
  return { ok: false, why }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535
}

/** How far an IP address or a host name in lower case reaches. */
export function reachOf(host: string): Reach {
  const address = withoutZone(host)
  if (isIP(address)) return reachOfIp(address)
  const name = host.replace(/\.$/, '')
  if (name === '') return 'no-host'
  // Short forms of IPv4 that resolvers take.
  if (name === 'localhost' || name.endsWith('.localhost') || /^(?:127(?:\.\d+){0,3}|0+)$/.test(name))
    return 'loopback'
  if (name === 'localhost.localdomain' || name === 'ip6-localhost') return 'loopback'
  if (!name.includes('.')) return 'one-word'
  if (/\.(?:test|invalid)$/.test(name)) return 'test-name'
  return PRIVATE_NAMES.test(name) ? 'private-name' : 'public'
}

const PRIVATE_NAMES = /\.(?:local|localdomain|internal|intranet|lan|corp|home|svc|home\.arpa)$/

function withoutZone(host: string): string {
  return host.replace(/%.*$/, '')
}

function reachOfIp(given: string): Reach {
  const mapped = /^(?:0*:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(given)?.[1]
  const address = mapped ?? given
  const family = isIPv4(address) ? 'ipv4' : 'ipv6'
  if (LOOPBACK.check(address, family)) return 'loopback'
  if (LINK_LOCAL.check(address, family)) return 'link-local'
  return PRIVATE.check(address, family) ? 'private-address' : 'public'
}

/** Addresses that stand for this computer, `0.0.0.0` and `::` among them. */
const LOOPBACK = blockOf([
  ['127.0.0.0', 8],
  ['0.0.0.0', 8],
  ['::1', 128],
  ['::', 128],
])
const LINK_LOCAL = blockOf([
  ['169.254.0.0', 16],
  ['fe80::', 10],
])
/** RFC 1918, carrier-grade NAT and unique local addresses. */
const PRIVATE = blockOf([
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['fc00::', 7],
])

function blockOf(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, bits] of subnets) list.addSubnet(net, bits, isIPv4(net) ? 'ipv4' : 'ipv6')
  return list
}
