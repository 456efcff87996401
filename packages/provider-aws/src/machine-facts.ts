import type { Instance } from '@aws-sdk/client-ec2'
import type { Machine } from '@woodpeckers/autoscaler-core'
import type { Found } from './find-machines.ts'
import type { KnownPrices } from './known-prices.ts'
import { offeringId } from './site.ts'

/** A machine as the engine sees it. */
export function machineOf(
  { id, agent, instance, region }: Found,
  notices: ReadonlyMap<string, string>,
  prices: Pick<KnownPrices, 'of'>,
): Machine {
  const state = stateOf(instance)
  const notice = notices.get(id)
  const createdAt = createdAtOf(instance)
  const hourlyPrice = priceOf(instance, region, prices)
  return {
    name: agent,
    state,
    ...(state === 'starting' && instance.State?.Name && { status: instance.State.Name }),
    ...(createdAt !== undefined && { createdAt }),
    ...(instance.InstanceType && { offering: offeringId(instance.InstanceType, region) }),
    ...(hourlyPrice && { hourlyPrice }),
    ...(notice !== undefined && { endingSoon: notice }),
  }
}

/** Of a stopped one only the disk is paid. */
function priceOf(
  { InstanceType: type, InstanceLifecycle, Placement, State }: Instance,
  region: string,
  prices: Pick<KnownPrices, 'of'>,
): Machine['hourlyPrice'] {
  if (type === undefined || State?.Name === 'stopped') return undefined
  const market = InstanceLifecycle === 'spot' ? 'spot' : 'on-demand'
  return prices.of(market, region, type, Placement?.AvailabilityZone)
}

export function stateOf({ State }: Instance): Machine['state'] {
  switch (State?.Name) {
    case 'pending':
      return 'starting'
    case 'running':
    case 'stopping':
    case 'stopped':
      return State.Name
    default:
      return 'unknown'
  }
}

/** EC2's launch time is that of the latest start; the first disk has been there from the first one on. */
function createdAtOf({ LaunchTime, BlockDeviceMappings, RootDeviceName }: Instance): number | undefined {
  const root = BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === RootDeviceName)
  const times = [LaunchTime, root?.Ebs?.AttachTime].flatMap((time) => (time ? [time.getTime()] : []))
  return times.length === 0 ? undefined : Math.min(...times)
}
