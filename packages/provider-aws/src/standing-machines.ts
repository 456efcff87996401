import type { Instance } from '@aws-sdk/client-ec2'
import { Rejected, type StandingMachine, type StandingMachines } from '@woodpeckers/autoscaler-core'
import { stateOf } from './machine-facts.ts'
import { tagOf } from './marks.ts'
import { type AwsSite, apiOf, offeringId, standingPlaces } from './site.ts'
import { startInstance, stopInstance, stoppingSince } from './stop-and-start.ts'

/** The instances of `--aws-instance-id`. */
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
    ids: places.map(({ value }) => value),
    alone: site.options.instanceType.length === 0,

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
