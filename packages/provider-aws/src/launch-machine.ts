import type { Instance } from '@aws-sdk/client-ec2'
import {
  type AgentDeployment,
  asOutsideError,
  OfferingUnavailable,
  type OutsideError,
  QuotaExceeded,
  Rejected,
} from '@woodpeckers/autoscaler-core'
import { clientToken } from './client-token.ts'
import { findNamed, isThere } from './find-machines.ts'
import { type Attempt, attemptsFor, type LaunchWish, launchRequest } from './launch-request.ts'
import { type AwsOffering, type AwsSite, apiOf, type Launched, offeringsOf, UNLISTED_MS } from './site.ts'
import { packUserData } from './user-data.ts'

/**
 * Makes the machine of an agent, in the first place that has room for it. If one of this name is there already, that
 * is it: found by its tags, or, too young for that, by the token of the same wish.
 */
export async function launchMachine(
  site: AwsSite,
  agent: AgentDeployment,
  signal: AbortSignal,
): Promise<void> {
  const offering = offeringFor(site, agent.offering)
  const userData = packUserData(agent.userData)
  const named = await findNamed(site, agent.name, signal)
  if (named.some(({ instance }) => isThere(instance))) return
  const image = await site.images.find(apiOf(site, offering.region), offering.instanceType, signal)
  const wish: LaunchWish = { name: agent.name, pool: site.pool, offering, image, userData }
  const endedIds = named.map(({ id }) => id)

  const refused: OutsideError[] = []
  const words: string[] = []
  for (const attempt of attemptsFor(site.options, offering.region)) {
    try {
      const { InstanceId: id = '' } = await launchOne(site, wish, attempt, endedIds, signal)
      remember(site, agent.name, { id, region: offering.region, at: site.clock.monotonic() })
      return
    } catch (thrown) {
      signal.throwIfAborted()
      const error = asOutsideError(thrown)
      if (error.kind === 'rejected') site.images.forget()
      if (error.mayHaveActed || !MAY_WORK_ELSEWHERE.has(error.kind)) throw error
      refused.push(error)
      words.push(`${attempt.market}${attempt.subnet ? ` in ${attempt.subnet}` : ''}: ${error.message}`)
    }
  }
  throw allRefused(`${offering.id} is not available; ${words.join('; ')}`, refused)
}

/** Quotas are of one market and family of types; a subnet may be deleted, or a type be missing from its zone. */
const MAY_WORK_ELSEWHERE: ReadonlySet<OutsideError['kind']> = new Set([
  'offering-unavailable',
  'quota-exceeded',
  'rejected',
])

function allRefused(message: string, refused: readonly OutsideError[]): OutsideError {
  const kinds = new Set(refused.map(({ kind }) => kind))
  if (kinds.has('offering-unavailable')) return new OfferingUnavailable(message)
  if (kinds.has('quota-exceeded')) return new QuotaExceeded(message)
  return new Rejected(message)
}

function remember({ launched, clock }: AwsSite, name: string, machine: Launched): void {
  for (const [other, { at }] of launched) if (clock.monotonic() - at >= UNLISTED_MS) launched.delete(other)
  launched.set(name, machine)
}

function offeringFor(site: AwsSite, id: string | undefined): AwsOffering {
  const offerings = offeringsOf(site.options)
  const offering = id === undefined ? offerings[0] : offerings.find((each) => each.id === id)
  if (offering) return offering
  throw new Rejected(
    id === undefined
      ? 'there is no machine type to make machines of: set --aws-instance-type (WOODPECKER_AWS_INSTANCE_TYPE)'
      : `${id} is not one of the machine types of --aws-instance-type (WOODPECKER_AWS_INSTANCE_TYPE)`,
  )
}

/** A name that is used again has a machine that ended for each time; one more than this is no accident. */
const MOST_ENDED = 5

async function launchOne(
  site: AwsSite,
  wish: LaunchWish,
  attempt: Attempt,
  endedIds: readonly string[],
  signal: AbortSignal,
): Promise<Instance> {
  const { name, offering } = wish
  const request = launchRequest(site.options, wish, attempt)
  const ended = [...endedIds]
  for (let round = 0; ; round++) {
    const ClientToken = clientToken(name, [offering.id, attempt.market, attempt.subnet ?? ''], ended)
    try {
      const instance = await apiOf(site, offering.region).runInstance({ ...request, ClientToken }, signal)
      if (isThere(instance) || round >= MOST_ENDED) return instance
      // The token of a machine that has ended, and that lists show no more.
      ended.push(instance.InstanceId ?? `ended ${round}`)
    } catch (error) {
      if (!tellsOfEnded(error) || round >= MOST_ENDED) throw error
      ended.push(`ended ${round}`)
    }
  }
}

function tellsOfEnded(error: unknown): boolean {
  const { cause } = error as OutsideError
  return cause instanceof Error && cause.name === 'IdempotentInstanceTerminated'
}
