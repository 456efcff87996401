import type { Instance, Tag } from '@aws-sdk/client-ec2'
import { isNameOfPool } from '@woodpeckers/autoscaler-core'

/** The mark of a pool's machines, the same that the Go autoscaler sets. */
export const POOL_TAG = 'wp.autoscaler/pool'

export function tagOf(instance: Pick<Instance, 'Tags'>, key: string): string | undefined {
  return instance.Tags?.find(({ Key }) => Key === key)?.Value
}

/** Whether its name and its mark are this pool's: nothing else is ever adopted, stopped or ended. */
export function isOurs(instance: Pick<Instance, 'Tags'>, pool: string): boolean {
  return tagOf(instance, POOL_TAG) === pool && isNameOfPool(tagOf(instance, 'Name') ?? '', pool)
}

export function tagsOf(name: string, pool: string, further: Readonly<Record<string, string>>): Tag[] {
  return Object.entries({ ...further, Name: name, [POOL_TAG]: pool }).map(([Key, Value]) => ({ Key, Value }))
}
