import type { WireFloatingIp, WireServer } from './api/wire.ts'

/** Addresses that the server itself shows, with ids; one that is still being installed shows none. */
export function idsToldBy({ networks }: WireServer): readonly string[] {
  return (networks ?? []).flatMap(({ ips }) => (ips ?? []).flatMap(({ id }) => id ?? []))
}

export function isBoundTo({ resource_type, resource_id }: WireFloatingIp, server: WireServer): boolean {
  return resource_type === 'server' && String(resource_id) === String(server.id)
}

export function isUnbound({ resource_id }: WireFloatingIp): boolean {
  return resource_id === null || resource_id === undefined
}

export function hasNoComment({ comment }: WireFloatingIp): boolean {
  return (comment ?? '').trim() === ''
}

/**
 * The address that came with the server. An order brings exactly one, without a comment: of several, and of those with
 * somebody's words, nobody can say which one it is, unless the server names its main one.
 */
export function addressToMark(
  { networks }: WireServer,
  bound: readonly WireFloatingIp[],
): WireFloatingIp | undefined {
  const blank = bound.filter(hasNoComment)
  if (bound.length === 1) return blank[0]
  const main = (networks ?? []).flatMap(({ ips }) => (ips ?? []).filter((ip) => ip.is_main && ip.id))
  return main.length === 1 ? blank.find(({ id }) => id === main[0]?.id) : undefined
}
