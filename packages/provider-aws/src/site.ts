import { type Clock, Rejected } from '@woodpeckers/autoscaler-core'
import type { Ec2Api } from './api.ts'
import type { Images } from './images.ts'
import type { AwsOptions } from './options.ts'
import { type Place, placeOf } from './place.ts'
import type { PoolList } from './pool-list.ts'

/** What the parts of this provider work on, for one pool. */
export interface AwsSite {
  readonly options: AwsOptions
  readonly pool: string
  /** Every region that a setting names, by its name. */
  readonly regions: ReadonlyMap<string, Ec2Api>
  readonly listed: PoolList
  readonly images: Images
  readonly clock: Clock
  /** Machines of this process that lists may not show yet. */
  readonly launched: Map<string, Launched>
}

/** Lists show what was made so long ago, surely. */
export const UNLISTED_MS = 600_000

export interface Launched {
  readonly id: string
  readonly region: string
  readonly at: number
}

/** A machine type in a region, as one thing to ask for. */
export interface AwsOffering {
  /** `t3.large:eu-central-1`. */
  readonly id: string
  readonly instanceType: string
  readonly region: string
}

export function offeringsOf({ instanceType, region }: AwsOptions): readonly AwsOffering[] {
  const offerings = instanceType.map((text) => {
    const place = placeOf(text, region)
    const id = offeringId(place.value, place.region)
    return { id, instanceType: place.value, region: place.region }
  })
  return [...new Map(offerings.map((offering) => [offering.id, offering])).values()]
}

export function offeringId(instanceType: string, region: string): string {
  return `${instanceType}:${region}`
}

export function standingPlaces({ instanceId, region }: AwsOptions): readonly Place[] {
  return instanceId.map((text) => placeOf(text, region))
}

export function regionsOf(options: AwsOptions): ReadonlySet<string> {
  return new Set([...offeringsOf(options), ...standingPlaces(options)].map(({ region }) => region))
}

export function apiOf({ regions }: AwsSite, region: string): Ec2Api {
  const api = regions.get(region)
  if (!api) throw new Rejected(`no setting names the region ${region}`)
  return api
}
