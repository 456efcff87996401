/** A machine's name without the part that all of its pool share; one that was not named by us is told whole. */
export function shortName(name: string, pool: string): string {
  const prefix = `pool-${pool}-`
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}
