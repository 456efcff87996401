import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import type { ResolvedImage } from './images.ts'
import { tagsOf } from './marks.ts'
import type { AwsOptions } from './options.ts'
import { valuesIn } from './place.ts'
import type { AwsOffering } from './site.ts'

/** One way to get an offering. */
export interface Attempt {
  readonly market: 'spot' | 'on-demand'
  /** Without one: a default subnet, which EC2 chooses. */
  readonly subnet: string | undefined
}

/** The ways to try, in their order: each subnet, and thus zone, for the cheaper market first. */
export function attemptsFor(options: AwsOptions, region: string): readonly Attempt[] {
  const named = valuesIn(region, options.subnets, options.region)
  const subnets = named.length === 0 ? [undefined] : named
  const spot = subnets.map((subnet): Attempt => ({ market: 'spot', subnet }))
  const onDemand = subnets.map((subnet): Attempt => ({ market: 'on-demand', subnet }))
  if (!options.useSpotInstances) return onDemand
  return options.spotFallback ? [...spot, ...onDemand] : spot
}

export interface LaunchWish {
  readonly name: string
  readonly pool: string
  readonly offering: AwsOffering
  readonly image: ResolvedImage
  /** As EC2 takes it. */
  readonly userData: string
}

/** The request for one machine, all but its token. */
export function launchRequest(
  options: AwsOptions,
  { name, pool, offering, image, userData }: LaunchWish,
  { market, subnet }: Attempt,
): RunInstancesCommandInput {
  const groups = valuesIn(offering.region, options.securityGroups, options.region)
  const volumeGib = options.volumeSize ?? image.rootGib
  const Tags = tagsOf(name, pool, options.tags)
  return {
    MinCount: 1,
    MaxCount: 1,
    ImageId: image.id,
    InstanceType: offering.instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    UserData: userData,
    TagSpecifications: [
      { ResourceType: 'instance', Tags },
      { ResourceType: 'volume', Tags },
    ],
    // Jobs in containers are a hop too far away to read the user data, with the agent's secret in it.
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    InstanceInitiatedShutdownBehavior: 'terminate',
    BlockDeviceMappings: [
      {
        DeviceName: image.rootDevice,
        Ebs: {
          DeleteOnTermination: true,
          VolumeType: 'gp3',
          ...(volumeGib !== undefined && { VolumeSize: volumeGib }),
        },
      },
      ...image.stayingDisks.map((DeviceName) => ({ DeviceName, Ebs: { DeleteOnTermination: true } })),
    ],
    ...(subnet && { SubnetId: subnet }),
    ...(groups.length > 0 && { SecurityGroupIds: [...groups] }),
    ...(options.sshKeyName && { KeyName: options.sshKeyName }),
    ...(options.iamInstanceProfileArn && { IamInstanceProfile: { Arn: options.iamInstanceProfileArn } }),
    // No highest price: it is the ordinary one by itself, and any other loses machines sooner.
    ...(market === 'spot' && {
      InstanceMarketOptions: {
        MarketType: 'spot',
        SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
      },
    }),
  }
}
