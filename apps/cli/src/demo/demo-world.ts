import {
  type Autoscaler,
  type Clock,
  createAutoscaler,
  defaultLimits,
  type Labels,
  namePrefix,
  type Outcome,
  type PoolPolicy,
  plainPolicy,
  type Random,
  silentLog,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  agentsOnMachines,
  createEmulatedCloudProvider,
  EmulatedCloud,
  EmulatedWoodpecker,
  httpLink,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { createWoodpeckerServer } from '@woodpeckers/autoscaler-woodpecker'

export const DEMO_POOL = 'demo'
const SECOND_MS = 1_000
export const DEMO_INTERVAL_MS: number = 10 * SECOND_MS
export const MAX_MACHINES = 8

export interface DemoWorld {
  readonly server: EmulatedWoodpecker
  readonly cloud: EmulatedCloud
  /** Where the emulated server listens. */
  readonly url: string
  readonly autoscaler: Autoscaler
  run(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface DemoReports {
  onTick(report: TickReport): void
  onOutcome(outcome: Outcome): void
}

export interface DemoSettings {
  readonly clock: Clock
  readonly random: Random
  readonly patience: number
  /** How long machines take to boot; 20 to 40 s if not said. */
  readonly bootMs?: (next: Random) => number
  /** How long the cloud takes to answer; half a second if not said. */
  readonly callMs?: number
}

const usualBootMs = (next: Random): number => (20 + 20 * next()) * SECOND_MS

/** The one pool that there is. */
export function demoPolicy(offer: Labels): PoolPolicy {
  return {
    id: DEMO_POOL,
    min: 0,
    max: MAX_MACHINES,
    workflowsPerAgent: 1,
    offer,
    idleTimeoutMs: 60 * SECOND_MS,
    inactivityTimeoutMs: 600 * SECOND_MS,
    billingTeardownMarginMs: 120 * SECOND_MS,
    billing: 'second',
    parked: { max: 0, forMs: 0 },
    keepFailed: 0,
    ...plainPolicy,
  }
}

/**
 * An emulated server behind real HTTP, an emulated cloud whose machines run emulated agents, and the real
 * engine between them, all on one clock. `patience`: how much longer than usual calls may take, as the
 * clock may be fast and the computer is not.
 */
export async function createDemoWorld(
  { clock, random, patience, bootMs = usualBootMs, callMs = 500 }: DemoSettings,
  reports: DemoReports,
): Promise<DemoWorld> {
  const server = new EmulatedWoodpecker({ clock, random })
  const served = await serveWoodpecker(server)
  const cloud = new EmulatedCloud({
    clock,
    random,
    billing: 'second',
    offerings: [{ id: 'small', hourlyPrice: { amount: 0.012, currency: 'EUR' } }],
    bootMs,
    callMs,
    onBoot: agentsOnMachines({ clock, random, link: (token) => httpLink(served.agentAddress, token) }),
  })
  const ci = createWoodpeckerServer({
    url: served.url,
    token: adminToken,
    grpcAddr: served.agentAddress,
    grpcSecure: false,
    clock,
    random,
    log: silentLog,
    deadlineMs: 10 * SECOND_MS * patience,
  })
  const provider = createEmulatedCloudProvider(cloud, namePrefix(DEMO_POOL))
  const autoscaler = createAutoscaler({
    server: ci,
    pools: [
      {
        provider,
        policy: demoPolicy(ci.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' })),
        agent: { labels: {}, image: undefined, environment: {}, renderUserData: () => '' },
      },
    ],
    caution: {
      graceAfterRestartMs: 300 * SECOND_MS,
      longestPipelineMs: 7_200 * SECOND_MS,
      listLagMs: 120 * SECOND_MS,
      poweredOffMs: 20 * SECOND_MS,
    },
    intervalMs: DEMO_INTERVAL_MS,
    limits: slower(patience),
    clock,
    random,
    log: silentLog,
    ...reports,
  })
  return {
    server,
    cloud,
    url: served.url,
    autoscaler,
    run: (signal) => autoscaler.run(signal),
    async close() {
      for (const { name } of cloud.machines) cloud.vanish(name)
      await ci.close()
      await served.close()
    },
  }
}

function slower(patience: number): typeof defaultLimits {
  const { concurrency, ...times } = defaultLimits
  const longer = Object.entries(times).map(([name, ms]) => [name, ms * patience])
  return { ...(Object.fromEntries(longer) as Omit<typeof defaultLimits, 'concurrency'>), concurrency }
}
