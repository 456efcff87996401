import {
  type AgentDeployment,
  createShare,
  namePrefix,
  silentLog,
  systemClock,
  systemRandom,
} from '@woodpeckers/autoscaler-core'
import { type AwsProvider, createAwsProvider } from '../../packages/provider-aws/src/aws-provider.ts'
import { awsOptions } from '../../packages/provider-aws/src/options.ts'

export const call = { signal: new AbortController().signal }

export interface PoolSettings {
  readonly endpoint: string
  readonly region: string
  readonly pool?: string
  readonly options?: Readonly<Record<string, unknown>>
}

/** The real provider, with the real SDK, at an address of this computer. */
export function aPool({ endpoint, region, pool = '1', options = {} }: PoolSettings): AwsProvider {
  return createAwsProvider(
    {
      options: awsOptions.parse({
        region,
        accessKeyId: 'AKIAEXAMPLE',
        secretAccessKey: 'not-a-secret',
        instanceType: ['t3.large'],
        amiId: 'amazon',
        ...options,
      }),
      pool: { id: pool, namePrefix: namePrefix(pool), labels: {} },
      log: silentLog,
      clock: systemClock,
      random: systemRandom,
      share: createShare(),
    },
    { endpoint },
  )
}

export function anAgent(name: string, agent: Partial<AgentDeployment> = {}): AgentDeployment {
  const userData = '#cloud-config\n{"runcmd": []}\n'
  return { name, pool: '1', environment: {}, image: 'agent:1', userData, ...agent }
}
