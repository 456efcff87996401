import {
  type AgentDeployment,
  type CallOptions,
  createShare,
  type Log,
  namePrefix,
  type ProviderContext,
  silentLog,
  systemClock,
} from '@woodpeckers/autoscaler-core'
import { onTestFinished } from 'vitest'
import { Ec2StandIn } from './an-ec2.test-setup.ts'
import { type AwsProvider, createAwsProvider } from './aws-provider.ts'
import { type AwsOptions, awsOptions } from './options.ts'

export const UBUNTU = '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id'
export const call: CallOptions = { signal: new AbortController().signal }

/** An EC2 with an image and two types, closed when the test ends. */
export async function anEc2(): Promise<Ec2StandIn> {
  const ec2 = await Ec2StandIn.start()
  ec2.parameters.set(UBUNTU, 'ami-ubuntu')
  ec2.images.set('ami-ubuntu', { name: 'ubuntu-noble', architecture: 'x86_64', rootDevice: '/dev/sda1' })
  ec2.types.set('t3.large', { vcpus: 2, mib: 8_192, architecture: 'x86_64' })
  ec2.types.set('c7g.xlarge', { vcpus: 4, mib: 8_192, architecture: 'arm64' })
  return ec2
}

export function aContext(
  options: Readonly<Record<string, unknown>> = {},
  log: Log = silentLog,
): ProviderContext<AwsOptions> {
  return {
    options: awsOptions.parse({
      region: 'eu-central-1',
      accessKeyId: 'AKIAEXAMPLE',
      secretAccessKey: SECRET_KEY,
      instanceType: ['t3.large'],
      ...options,
    }),
    pool: { id: '1', namePrefix: namePrefix('1'), labels: {} },
    log,
    clock: systemClock,
    random: () => 0,
    share: createShare(),
  }
}

export function aProvider(
  ec2: Ec2StandIn,
  options: Readonly<Record<string, unknown>> = {},
  log?: Log,
): AwsProvider {
  return createAwsProvider(aContext(options, log), { endpoint: ec2.url })
}

export const SECRET_KEY = 'wJalrXUtnFEMI-not-a-key'

/** A stand-in with a provider over it, for one test. */
export async function aCloud(
  options: Readonly<Record<string, unknown>> = {},
  log?: Log,
): Promise<{ readonly ec2: Ec2StandIn; readonly provider: AwsProvider }> {
  const ec2 = await anEc2()
  onTestFinished(() => ec2.close())
  const provider = aProvider(ec2, options, log)
  onTestFinished(() => provider.close?.())
  return { ec2, provider }
}

export function anAgent(agent: Partial<AgentDeployment> = {}): AgentDeployment {
  return {
    name: 'pool-1-agent-aaaaaa',
    pool: '1',
    environment: {},
    image: 'woodpeckerci/woodpecker-agent:v3.17.0',
    userData: '#cloud-config\n{"runcmd": []}\n',
    ...agent,
  }
}
