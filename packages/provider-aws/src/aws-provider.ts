import {
  isNameOfPool,
  type Provider,
  type ProviderContext,
  Rejected,
  type StandingMachines,
} from '@woodpeckers/autoscaler-core'
import { type Architecture, architectureOf, platformOf } from './architecture.ts'
import { machineTypes } from './catalogue.ts'
import { checkSite } from './check-site.ts'
import { consoleTail } from './console-tail.ts'
import { openEc2, type Surroundings } from './ec2.ts'
import { endMachine } from './end-machine.ts'
import { type Found, findAgents, findPool, isThere } from './find-machines.ts'
import { Images } from './images.ts'
import { launchMachine } from './launch-machine.ts'
import { machineOf } from './machine-facts.ts'
import type { AwsOptions } from './options.ts'
import { openPoolList } from './pool-list.ts'
import { marketsOf, poolPrices } from './pool-prices.ts'
import { type AwsSite, apiOf, offeringsOf, regionsOf } from './site.ts'
import { spotLabels, tellOfSpotWithoutLabel } from './spot-label.ts'
import { spotNotices } from './spot-notices.ts'
import { standingMachines } from './standing-machines.ts'
import { startInstance, stopInstance } from './stop-and-start.ts'
import { USER_DATA_LIMIT_BYTES } from './user-data.ts'

/** A provider that knows standing machines as well. */
export interface AwsProvider extends Provider {
  readonly standing: StandingMachines
}

/** Machines at Amazon EC2, for one pool. Nothing is asked of AWS yet. */
export function createAwsProvider(
  context: ProviderContext<AwsOptions>,
  surroundings: Surroundings = {},
): AwsProvider {
  const { options, pool, clock, log } = context
  const site: AwsSite = {
    options,
    pool: pool.id,
    regions: new Map(
      [...regionsOf(options)].map((region) => [region, openEc2(region, context, surroundings)]),
    ),
    listed: openPoolList(context, surroundings.endpoint),
    images: new Images(options.amiId, clock),
    clock,
    launched: new Map(),
  }
  const prices = poolPrices(site, log)
  const [market] = marketsOf(options)
  const refuseForeign = (name: string) => {
    if (!isNameOfPool(name, pool.id)) throw new Rejected(`${name} is no name of the pool ${pool.id}`)
  }
  const find = async (name: string, signal: AbortSignal): Promise<Found | undefined> => {
    signal.throwIfAborted()
    refuseForeign(name)
    return (await findAgents(site, name, signal)).find(({ instance }) => isThere(instance))
  }

  tellOfSpotWithoutLabel(options, log)

  return {
    // A minute at least.
    billing: 'second',
    platform: { platform: platformOf(oneArchitecture(options)), backend: 'docker' },
    agentLabels: spotLabels(options),
    ...(options.iamInstanceProfileArn && { needsMetadata: INSTANCE_PROFILE }),
    userDataLimit: { bytes: USER_DATA_LIMIT_BYTES, gzip: true },
    stoppingSaves: options.useSpotInstances ? { not: 'a spot machine cannot be stopped, only ended' } : true,
    standing: standingMachines(site),

    async offerings() {
      prices.refresh()
      return offeringsOf(options).map(({ id, region, instanceType }) => {
        const hourlyPrice = prices.of(market, region, instanceType)
        return { id, ...(hourlyPrice && { hourlyPrice }) }
      })
    },

    async deployAgent(agent, { signal }) {
      signal.throwIfAborted()
      refuseForeign(agent.name)
      await launchMachine(site, agent, signal)
    },

    async removeAgent(name, { signal }) {
      signal.throwIfAborted()
      refuseForeign(name)
      await endMachine(site, name, signal)
    },

    async listDeployedAgentNames({ signal }) {
      signal.throwIfAborted()
      return (await findPool(site, signal)).map(({ agent }) => agent)
    },

    async listDeployedAgents({ signal }) {
      signal.throwIfAborted()
      prices.refresh()
      const machines = await findPool(site, signal)
      const notices = await spotNotices(site, machines, log, signal)
      return machines.map((found) => machineOf(found, notices, prices))
    },

    async startAgent(name, { signal }) {
      const found = await find(name, signal)
      if (!found) throw new Rejected(`there is no machine ${name} to start`)
      await startInstance(apiOf(site, found.region), { ...found, called: name }, signal)
    },

    async stopAgent(name, { signal }) {
      const found = await find(name, signal)
      if (!found) throw new Rejected(`there is no machine ${name} to stop`)
      await stopInstance(apiOf(site, found.region), { ...found, called: name }, clock.now(), signal)
    },

    async console(name, { signal }) {
      const found = await find(name, signal)
      const output = found && (await apiOf(site, found.region).consoleOutput(found.id, signal))
      return output === undefined ? undefined : consoleTail(output)
    },

    check: ({ signal }) => checkSite(site, signal),
    catalogue: ({ signal }) =>
      Promise.all([...site.regions.values()].map((api) => machineTypes(api, context, signal))),

    async close() {
      prices.close()
      for (const api of site.regions.values()) api.close()
    },
  }
}

const INSTANCE_PROFILE = '--aws-iam-instance-profile-arn (WOODPECKER_AWS_IAM_INSTANCE_PROFILE_ARN)'

/** @throws Rejected where types of both are given: agents of a pool must be alike */
function oneArchitecture(options: AwsOptions): Architecture {
  const types = offeringsOf(options).map(({ instanceType }) => instanceType)
  const architectures = new Set(types.map(architectureOf))
  if (architectures.size > 1) {
    throw new Rejected(
      `--aws-instance-type (WOODPECKER_AWS_INSTANCE_TYPE) is "${types.join(',')}": types of two architectures; make a pool for each`,
    )
  }
  return [...architectures][0] ?? 'x86_64'
}
