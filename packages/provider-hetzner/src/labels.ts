import type { PoolId } from '@woodpeckers/autoscaler-core'

/** The Go autoscaler's own prefix and keys, so that each knows the other's machines. */
const OWN_PREFIX = 'wp.autoscaler/'
export const POOL_LABEL: string = `${OWN_PREFIX}pool`
const IMAGE_LABEL = `${OWN_PREFIX}image`
/** Ours alone: a machine that somebody has renamed is still known by it. */
export const AGENT_LABEL: string = `${OWN_PREFIX}agent`

// https://docs.hetzner.cloud/reference/cloud#labels
const KEY = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i
const VALUE = /^(?:[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?)?$/i
const RESERVED = ['hetzner.cloud/', OWN_PREFIX]

/** What is wrong with a user's labels, as the end of a sentence that begins with the setting. */
export function labelProblem(labels: Readonly<Record<string, string>>): string | undefined {
  for (const [key, value] of Object.entries(labels)) {
    const quoted = JSON.stringify(key)
    const reserved = RESERVED.find((prefix) => key.startsWith(prefix))
    if (reserved !== undefined) return `must not have labels that begin with ${reserved}: ${quoted}`
    if (!KEY.test(key)) return `has a label that Hetzner does not take: ${quoted}`
    if (!VALUE.test(value)) {
      return `has a value that Hetzner does not take, for the label ${quoted}: at most 63 letters, digits and -_. between`
    }
  }
  return undefined
}

/** All labels of a machine: the user's, and what makes it ours. */
export function labelsOf(
  pool: PoolId,
  agent: string,
  image: string,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...labels,
    [POOL_LABEL]: pool,
    ...(VALUE.test(image) ? { [IMAGE_LABEL]: image } : {}),
    ...(VALUE.test(agent) ? { [AGENT_LABEL]: agent } : {}),
  }
}

/** For lists: every machine of the pool, and no other. */
export function poolSelector(pool: PoolId): string {
  return `${POOL_LABEL}==${pool}`
}

/** Whether the mark says that a machine is this pool's, whatever its name. */
export function isMarkedFor(pool: PoolId, labels: Readonly<Record<string, string>>): boolean {
  return labels[POOL_LABEL] === pool
}
