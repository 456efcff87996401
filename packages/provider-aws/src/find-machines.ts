import type { Instance } from '@aws-sdk/client-ec2'
import type { Ec2Api } from './api.ts'
import { AGENT_TAG, agentOf, POOL_TAG } from './marks.ts'
import { type AwsSite, standingPlaces } from './site.ts'

/** A machine with where it is. */
export interface Found {
  readonly id: string
  /** Whose it is, whatever it is called now. */
  readonly agent: string
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
  const found = await inEveryRegion(site, (api) => site.listed(api, signal))
  return found.filter(({ instance }) => isThere(instance))
}

/** Machines of this name, those too that ended within the hour. */
export function findNamed(site: AwsSite, name: string, signal: AbortSignal): Promise<readonly Found[]> {
  return findTagged(site, 'Name', name, signal)
}

/** Machines of this agent, by its other mark as well: those too that somebody has renamed. */
export async function findAgents(
  site: AwsSite,
  name: string,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const named = await findNamed(site, name, signal)
  if (named.some(({ instance }) => isThere(instance))) return named
  const marked = await findTagged(site, AGENT_TAG, name, signal)
  return [...new Map([...named, ...marked].map((found) => [found.id, found])).values()]
}

async function findTagged(
  site: AwsSite,
  key: string,
  name: string,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const filters = [
    { Name: `tag:${POOL_TAG}`, Values: [site.pool] },
    { Name: `tag:${key}`, Values: [name] },
  ]
  const found = await inEveryRegion(site, (api) => api.instances(filters, signal))
  return found.filter(({ agent }) => agent === name)
}

async function inEveryRegion(
  site: AwsSite,
  list: (api: Ec2Api) => Promise<readonly Instance[]>,
): Promise<readonly Found[]> {
  const standing = new Set(standingPlaces(site.options).map(({ value }) => value))
  const lists = await Promise.all(
    [...site.regions.values()].map(async (api) => {
      const instances = await list(api)
      return instances.flatMap((instance) => {
        const id = instance.InstanceId
        // The filters say so already; what is ended by mistake stays ended.
        const agent = agentOf(instance, site.pool)
        if (id === undefined || standing.has(id) || agent === undefined) return []
        return [{ id, agent, region: api.region, instance }]
      })
    }),
  )
  return lists.flat()
}
