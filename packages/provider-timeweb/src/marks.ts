import { isNameOfPool, type PoolId } from '@woodpeckers/autoscaler-core'

const POOL = 'wp.autoscaler/pool='
const AGENT = 'wp.autoscaler/agent='

/** The comment of what belongs to an agent: Timeweb has no tags. */
export function markOf(pool: PoolId, agent: string): string {
  return `${POOL}${pool} ${AGENT}${agent}`
}

/**
 * The agent's name of what a pool made; `undefined` for anything else. The mark decides, with the name that
 * it holds: so a server that somebody has renamed is still known, and one whose comment somebody has
 * cleared is left alone. More words in the comment do no harm.
 */
export function agentOf(
  { name = '', comment }: { readonly name?: string; readonly comment?: string | null | undefined },
  pool: PoolId,
): string | undefined {
  // The list is every pool's, and most of it another's.
  if (!comment?.includes(POOL + pool)) return undefined
  const words = comment.split(/[\s,;]+/)
  if (!words.includes(POOL + pool)) return undefined
  const marked = words.find((word) => word.startsWith(AGENT))?.slice(AGENT.length)
  const agent = marked ?? name
  return isNameOfPool(agent, pool) ? agent : undefined
}
