import type { Instance } from '@aws-sdk/client-ec2'
import type { Machine } from '@woodpeckers/autoscaler-core'
import type { Found } from './find-machines.ts'
import { tagOf } from './marks.ts'
import { offeringId } from './site.ts'

/** A machine as the engine sees it. */
export function machineOf({ id, instance, region }: Found, notices: ReadonlyMap<string, string>): Machine {
  const notice = notices.get(id)
  const createdAt = createdAtOf(instance)
  return {
    name: tagOf(instance, 'Name') ?? '',
    state: stateOf(instance),
    ...(createdAt !== undefined && { createdAt }),
    ...(instance.InstanceType && { offering: offeringId(instance.InstanceType, region) }),
    ...(notice !== undefined && { endingSoon: notice }),
  }
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
