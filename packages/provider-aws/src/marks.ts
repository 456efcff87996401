import type { Instance, Tag } from '@aws-sdk/client-ec2'
import { isNameOfPool } from '@woodpeckers/autoscaler-core'

/** The mark of a pool's machines, the same that the Go autoscaler sets. */
export const POOL_TAG = 'wp.autoscaler/pool'
/** Its agent's name, for when somebody has renamed it. */
export const AGENT_TAG = 'wp.autoscaler/agent'

export function tagOf(instance: Pick<Instance, 'Tags'>, key: string): string | undefined {
  return instance.Tags?.find(({ Key }) => Key === key)?.Value
}

/**
 * The name of its agent, where both that and the mark are this pool's: nothing else is ever adopted, stopped or
 * ended. Machines of the Go autoscaler have it as their `Name` alone.
 */
export function agentOf(instance: Pick<Instance, 'Tags'>, pool: string): string | undefined {
  if (tagOf(instance, POOL_TAG) !== pool) return undefined
  const name = tagOf(instance, AGENT_TAG) ?? tagOf(instance, 'Name') ?? ''
  return isNameOfPool(name, pool) ? name : undefined
}

export function tagsOf(name: string, pool: string, further: Readonly<Record<string, string>>): Tag[] {
  const tags = { ...further, Name: name, [POOL_TAG]: pool, [AGENT_TAG]: name }
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
