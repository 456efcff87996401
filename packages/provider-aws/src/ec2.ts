import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2'
import type { ProviderContext } from '@woodpeckers/autoscaler-core'
import { RateLimiter } from '@woodpeckers/autoscaler-http'
import type { AccountOptions } from './account-options.ts'
import type { Ec2Api } from './api.ts'
import { openCalls } from './calls.ts'
import { choiceCalls } from './choice-calls.ts'
import { instanceCalls } from './instance-calls.ts'
import { openPriceList } from './price-list.ts'
import { openParameters } from './ssm.ts'

/**
 * What EC2 grants RunInstances and StartInstances of one account in one region.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
const LAUNCH_RATE = { perSecond: 2, burst: 5 }
const CONNECT_TIMEOUT_MS = 5_000

/** Where the SDK goes, when not to AWS. Default: AWS_ENDPOINT_URL_EC2, _SSM and _PRICING, which the SDK knows itself. */
export interface Surroundings {
  readonly endpoint?: string
}

/** EC2 in one region, through the SDK; it connects when it is first asked. */
export function openEc2(
  region: string,
  { options, clock, random, share }: ProviderContext<AccountOptions>,
  { endpoint }: Surroundings,
): Ec2Api {
  const { accessKeyId, secretAccessKey } = options
  const config = {
    region,
    // Ours repeat by the clock port, and never what must not be repeated.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
    ...(endpoint && { endpoint }),
  } satisfies EC2ClientConfig
  const client = new EC2Client(config)
  // The id of a key is no secret; its other half is.
  const launches = share(`aws launches ${accessKeyId ?? 'usual'} ${region}`, () => {
    return new RateLimiter(clock, LAUNCH_RATE)
  })
  const patience = { clock, random }
  const parameters = openParameters(config, patience)
  const priceList = openPriceList(config, region, patience)
  const calls = openCalls({ client, region, launches, patience })
  return {
    region,
    ...instanceCalls(calls),
    ...choiceCalls(calls, clock),
    parameter: parameters.read,
    onDemandPrices: (types, signal) => priceList.read(region, types, signal),
    close() {
      client.destroy()
      parameters.close()
      priceList.close()
    },
  }
}
