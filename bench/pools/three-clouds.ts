import { type Clock, createShare, type Provider, type Random } from '@woodpeckers/autoscaler-core'
import {
  EmulatedHetzner,
  EmulatedTimeweb,
  serveHetzner,
  serveTimeweb,
} from '@woodpeckers/autoscaler-emulators'
import aws from '@woodpeckers/autoscaler-provider-aws'
import hetzner from '@woodpeckers/autoscaler-provider-hetzner'
import timeweb from '@woodpeckers/autoscaler-provider-timeweb'
import { Ec2StandIn } from '../../packages/provider-aws/src/an-ec2.test-setup.ts'
import { openProvider } from '../wiring.ts'

const UBUNTU = '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id'
/** Requests a second: more than anybody makes. */
const UNLIMITED = 100_000
const REGION = 'eu-central-1'

/** A cloud behind HTTP, with one account for all pools. */
export interface BenchCloud {
  readonly name: string
  /** Where it listens. */
  readonly origin: string
  /** What the cloud grants the account, for good; as its documents say. */
  readonly callsAnHour: number
  open(pool: string): Promise<Provider>
  /** A machine of the pool is there, as if made earlier. */
  plant(pool: string, name: string): void
  close(): Promise<void>
}

interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  /** Timeweb's is lifted: to see what the engine costs, not what the limit does. */
  readonly unlimited?: boolean
}

/** EC2 is the stand-in of the provider's own tests; the SDK in front of it is the real one. */
export async function threeClouds({
  clock,
  random,
  unlimited = false,
}: Surroundings): Promise<readonly BenchCloud[]> {
  const own = { clock, random }
  const shared = { ...own, share: createShare() }
  const atHetzner = new EmulatedHetzner(own)
  const servedHetzner = await serveHetzner(atHetzner)
  const hetznerOptions = {
    apiToken: 'emulated-hetzner-token',
    serverType: ['cx23:fsn1'],
    sshKeys: ['admin'],
    endpoint: servedHetzner.url,
  }
  const lifted = { perSecond: UNLIMITED, burst: UNLIMITED, banMs: 0 }
  const atTimeweb = new EmulatedTimeweb({ ...own, ...(unlimited ? { edge: lifted } : {}) })
  const servedTimeweb = await serveTimeweb(atTimeweb)
  const timewebOptions = {
    apiToken: 'timeweb-token',
    osId: 'ubuntu-24.04',
    presetId: [String(atTimeweb.settings.catalogue.presets[0]?.id)],
    apiUrl: servedTimeweb.url,
    ...(unlimited ? { requestsPerSecond: UNLIMITED } : {}),
  }
  const ec2 = await Ec2StandIn.start()
  ec2.parameters.set(UBUNTU, 'ami-ubuntu')
  ec2.images.set('ami-ubuntu', { name: 'ubuntu', architecture: 'x86_64', rootDevice: '/dev/sda1' })
  ec2.types.set('t3.large', { vcpus: 2, mib: 8_192, architecture: 'x86_64' })
  const key = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'no-key-at-all' }
  const awsOptions = { region: REGION, ...key, instanceType: ['t3.large'] }
  Object.assign(process.env, { AWS_ENDPOINT_URL_EC2: ec2.url, AWS_ENDPOINT_URL_SSM: ec2.url })
  return [
    {
      name: 'Hetzner',
      origin: new URL(servedHetzner.url).origin,
      callsAnHour: 3_600,
      open: (pool) => openProvider(hetzner, hetznerOptions, pool, shared),
      plant: (pool, name) => void atHetzner.plant(name, { 'wp.autoscaler/pool': pool }),
      close: () => servedHetzner.close(),
    },
    {
      name: 'Timeweb',
      origin: new URL(servedTimeweb.url).origin,
      callsAnHour: 7_200,
      open: (pool) => openProvider(timeweb, timewebOptions, pool, shared),
      plant: (pool, name) =>
        void atTimeweb.plant(name, `wp.autoscaler/pool=${pool} wp.autoscaler/agent=${name}`),
      close: () => servedTimeweb.close(),
    },
    {
      name: 'EC2',
      origin: ec2.url,
      // Reads without a page size: 50 of them at once, then 10 a second.
      callsAnHour: 36_000,
      open: (pool) => openProvider(aws, awsOptions, pool, shared),
      plant: (pool, name) => void ec2.plant({ Name: name, 'wp.autoscaler/pool': pool }, { launchedAt: 0 }),
      close: () => ec2.close(),
    },
  ]
}
