import { asOutsideError, counted, type OutsideError, Rejected } from '@woodpeckers/autoscaler-core'
import { architectureOf } from './architecture.ts'
import { findPool } from './find-machines.ts'
import { attemptsFor, launchRequest } from './launch-request.ts'
import { type AwsOffering, type AwsSite, apiOf, offeringsOf } from './site.ts'
import { standingMachines } from './standing-machines.ts'
import { packUserData } from './user-data.ts'

/**
 * Looks at everything that the settings name, and asks whether a machine might be made, in every place and market.
 * What is not tried: ending, stopping and starting, which need a machine to be asked about.
 */
export async function checkSite(site: AwsSite, signal: AbortSignal): Promise<string> {
  const machines = await findPool(site, signal)
  const parts: string[] = []
  const failures: OutsideError[] = []
  for (const offering of offeringsOf(site.options)) {
    try {
      parts.push(await checkOffering(site, offering, signal))
    } catch (thrown) {
      const error = asOutsideError(thrown)
      if (!OF_ONE_TYPE.has(error.kind)) throw error
      failures.push(error)
      parts.push(`${offering.id} (left out: ${error.message})`)
    }
  }
  // The others are launched in its place, as long as there is one.
  const [first] = failures
  if (first && failures.length === offeringsOf(site.options).length) throw first
  const standing = await standingMachines(site).list({ signal })
  const gone = standing.filter(({ state }) => state === 'gone').map(({ id }) => id)
  if (gone.length > 0) {
    throw new Rejected(`--aws-instance-id (WOODPECKER_AWS_INSTANCE_ID): there is no ${gone.join(', no ')}`)
  }
  if (standing.length > 0) parts.push(`${standing.length} standing machines`)
  return `${parts.join('; ')}; ${counted(machines.length, 'machine')} of the pool ${site.pool}`
}

const OF_ONE_TYPE: ReadonlySet<OutsideError['kind']> = new Set([
  'offering-unavailable',
  'quota-exceeded',
  'rejected',
])

async function checkOffering(site: AwsSite, offering: AwsOffering, signal: AbortSignal): Promise<string> {
  const api = apiOf(site, offering.region)
  const [type] = await api.instanceTypes([offering.instanceType], signal)
  const setting = '--aws-instance-type (WOODPECKER_AWS_INSTANCE_TYPE)'
  if (!type) throw new Rejected(`${setting}: there is no ${offering.instanceType} in ${offering.region}`)
  const architectures: readonly string[] = type.ProcessorInfo?.SupportedArchitectures ?? []
  const expected = architectureOf(offering.instanceType)
  if (architectures.length > 0 && !architectures.includes(expected)) {
    throw new Rejected(`${setting}: ${offering.instanceType} is ${architectures.join(', ')}, not ${expected}`)
  }
  const image = await site.images.find(api, offering.instanceType, signal)
  const wish = {
    name: `pool-${site.pool}-agent-check`,
    pool: site.pool,
    offering,
    image,
    userData: packUserData('#cloud-config\n'),
  }
  for (const attempt of attemptsFor(site.options, offering.region)) {
    await api.mayRunInstance(launchRequest(site.options, wish, attempt), signal)
  }
  return `${offering.id} with ${image.name} (${image.id})`
}
