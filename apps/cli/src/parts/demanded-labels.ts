import type { Labels } from '@woodpeckers/autoscaler-core'

/**
 * What is wrong with agents' labels for a server of this version: one before 3.12 gives agents tasks without the
 * labels that they demand (`!key=value`), and does not give them those with. A version that is no number is new.
 */
export function demandedInVain(labels: Labels, version: string): string | undefined {
  const demanded = Object.entries(labels).filter(([key]) => key.startsWith('!'))
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? []
  if (demanded.length === 0 || major === undefined) return undefined
  if (Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 12)) return undefined
  const list = demanded.map(([key, value]) => `${key}=${value}`).join(', ')
  return `agents demand labels (${list}), which a server before 3.12 does not know; this one is ${version}: tasks without them run there too`
}
