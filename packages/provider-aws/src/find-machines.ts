import type { Filter, Instance } from '@aws-sdk/client-ec2'
import { isOurs, POOL_TAG } from './marks.ts'
import { type AwsSite, standingPlaces } from './site.ts'

/** A machine with where it is. */
export interface Found {
  readonly id: string
  readonly region: string
  readonly instance: Instance
}

/** What costs money, or will again. One that shuts down does not any more. */
export const THERE: readonly string[] = ['pending', 'running', 'stopping', 'stopped']

export function isThere({ State }: Instance): boolean {
  return THERE.includes(State?.Name ?? '')
}

/** The pool's machines in every region. One region that does not answer makes all of it unknown. */
export async function findPool(site: AwsSite, signal: AbortSignal): Promise<readonly Found[]> {
  const found = await find(site, [{ Name: 'instance-state-name', Values: [...THERE] }], signal)
  return found.filter(({ instance }) => isThere(instance))
}

/** Machines of this name, those too that ended within the hour. */
export function findNamed(site: AwsSite, name: string, signal: AbortSignal): Promise<readonly Found[]> {
  return find(site, [{ Name: 'tag:Name', Values: [name] }], signal)
}

async function find(
  site: AwsSite,
  filters: readonly Filter[],
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const marked = { Name: `tag:${POOL_TAG}`, Values: [site.pool] }
  const standing = new Set(standingPlaces(site.options).map(({ value }) => value))
  const lists = await Promise.all(
    [...site.regions.values()].map(async (api) => {
      const instances = await api.instances([marked, ...filters], signal)
      return instances.flatMap((instance) => {
        const id = instance.InstanceId
        // The filters say so already; what is ended by mistake stays ended.
        if (id === undefined || standing.has(id) || !isOurs(instance, site.pool)) return []
        return [{ id, region: api.region, instance }]
      })
    }),
  )
  return lists.flat()
}
