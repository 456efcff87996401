import type { Instance } from '@aws-sdk/client-ec2'
import { type CallOptions, type Machine, Rejected } from '@woodpeckers/autoscaler-core'
import { stateOf } from './machine-facts.ts'
import { tagOf } from './marks.ts'
import { type AwsSite, apiOf, offeringId, standingPlaces } from './site.ts'
import { startInstance, stopInstance, stoppingSince } from './stop-and-start.ts'

/** A machine that somebody made by hand, with its agent: started and stopped, never ended. */
export interface StandingMachine {
  /** As the cloud calls it; what `start` and `stop` take. */
  readonly id: string
  /** As its owner calls it. */
  readonly name?: string
  /** `gone`: the cloud has no such machine (any more). */
  readonly state: Machine['state'] | 'gone'
  /** Its latest start, whoever started it. */
  readonly startedAt?: number
  /** Since when it has been in `stopping`. */
  readonly stoppingSince?: number
  readonly offering?: string
}

/** The standing machines of a pool. They are in no list of the pool's other machines. */
export interface StandingMachines {
  /** Every one that the settings name, in their order. */
  list(call: CallOptions): Promise<readonly StandingMachine[]>
  /** Runs already = success. `OfferingUnavailable`: the zone has no room for it now. `Transient`: it still stops. */
  start(id: string, call: CallOptions): Promise<void>
  /** Stopped already = success. */
  stop(id: string, call: CallOptions): Promise<void>
}

export function standingMachines(site: AwsSite): StandingMachines {
  const places = standingPlaces(site.options)

  const find = async (id: string, signal: AbortSignal) => {
    const place = places.find(({ value }) => value === id)
    if (!place) throw new Rejected(`${id} is not one of --aws-instance-id (WOODPECKER_AWS_INSTANCE_ID)`)
    const api = apiOf(site, place.region)
    const [instance] = await api.instancesById([id], signal)
    if (!instance || stateOf(instance) === 'unknown') throw new Rejected(`${id} is not there any more`)
    return { api, id, called: id, instance }
  }

  return {
    async list({ signal }) {
      signal.throwIfAborted()
      const lists = await Promise.all(
        [...new Set(places.map(({ region }) => region))].map((region) => {
          const ids = places.filter((place) => place.region === region).map(({ value }) => value)
          return apiOf(site, region).instancesById(ids, signal)
        }),
      )
      const byId = new Map(lists.flat().map((instance) => [instance.InstanceId, instance]))
      return places.map(({ value, region }) => factsOf(value, region, byId.get(value)))
    },
    async start(id, { signal }) {
      const { api, ...known } = await find(id, signal)
      await startInstance(api, known, signal)
    },
    async stop(id, { signal }) {
      const { api, ...known } = await find(id, signal)
      await stopInstance(api, known, site.clock.now(), signal)
    },
  }
}

function factsOf(id: string, region: string, instance: Instance | undefined): StandingMachine {
  const state = instance === undefined ? 'unknown' : stateOf(instance)
  if (instance === undefined || state === 'unknown') return { id, state: 'gone' }
  const name = tagOf(instance, 'Name')
  const since = state === 'stopping' ? stoppingSince(instance) : undefined
  return {
    id,
    state,
    ...(name && { name }),
    ...(instance.LaunchTime && { startedAt: instance.LaunchTime.getTime() }),
    ...(since !== undefined && { stoppingSince: since }),
    ...(instance.InstanceType && { offering: offeringId(instance.InstanceType, region) }),
  }
}
