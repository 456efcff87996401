import {
  type Autoscaler,
  type Clock,
  createAutoscaler,
  createShare,
  defaultLimits,
  namePrefix,
  type Outcome,
  type Provider,
  type ProviderDefinition,
  plainPolicy,
  renderCloudInit,
  silentLog,
  systemClock,
} from '@woodpeckers/autoscaler-core'
import {
  adminToken,
  agentsOnMachines,
  EmulatedWoodpecker,
  httpLink,
  type MachineOrder,
  type ServedWoodpecker,
  seededRandom,
  serveWoodpecker,
} from '@woodpeckers/autoscaler-emulators'
import { createWoodpeckerServer } from '@woodpeckers/autoscaler-woodpecker'

/** Calls may take so many times longer than usual: the clock is fast, the computer is not. */
const SPEED = 10
const POOL = 'e2e'
export const MAX_MACHINES = 12

/** All real HTTP, and a clock that is ten times as fast as life. */
export const fastClock: Clock = {
  now: () => startedAt + (systemClock.now() - startedAt) * SPEED,
  monotonic: () => systemClock.monotonic() * SPEED,
  startTimer: (delayMs, ring) => systemClock.startTimer(delayMs / SPEED, ring),
}
const startedAt = systemClock.now()

/** A cloud of a test, seen from outside the provider. */
export interface CloudUnderTest {
  readonly definition: ProviderDefinition
  readonly options: Readonly<Record<string, unknown>>
  /** Names of machines that are there and cost money, whatever the lists say. */
  machines(): readonly string[]
  close(): Promise<void>
}

export type BuildCloud = (onBoot: ReturnType<typeof agentsOnMachines>) => Promise<CloudUnderTest>

/** The emulated Woodpecker, a cloud behind its own API, and the real engine between them. */
export class CloudStand {
  readonly server: EmulatedWoodpecker
  readonly outcomes: Outcome[] = []
  /** Every machine that ever booted, by name: twice the same name would be two machines for one agent. */
  readonly booted: string[] = []
  peak = 0
  readonly #served: ServedWoodpecker
  readonly #cloud: CloudUnderTest
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  readonly #watch: () => void

  private constructor(server: EmulatedWoodpecker, served: ServedWoodpecker, cloud: CloudUnderTest) {
    this.server = server
    this.#served = served
    this.#cloud = cloud
    this.#watch = this.#keepPeak()
  }

  static async open(build: BuildCloud): Promise<CloudStand> {
    const random = seededRandom(1)
    const server = new EmulatedWoodpecker({ clock: fastClock, random })
    const served = await serveWoodpecker(server)
    const link = (token: string) => httpLink(served.agentAddress, token)
    const boot = agentsOnMachines({ clock: fastClock, random, link })
    let stand: CloudStand | undefined
    const cloud = await build((machine: MachineOrder) => {
      stand?.booted.push(machine.name)
      return boot(machine)
    })
    stand = new CloudStand(server, served, cloud)
    return stand
  }

  get machines(): readonly string[] {
    return this.#cloud.machines()
  }

  /** Starts an autoscaler with an empty memory, as a new process has it. */
  async startAutoscaler(): Promise<void> {
    this.#stop = new AbortController()
    const autoscaler = await this.#create(this.#stop.signal)
    this.#running = autoscaler.run(this.#stop.signal)
  }

  /** As by kill -9: nothing of what it does now matters any more; its requests under way may still arrive. */
  killAutoscaler(): void {
    this.#stop.abort()
    this.#running.catch(() => {})
  }

  order(jobs: number, durationMs: number): void {
    this.server.createPipeline({
      repo: 'acme/app',
      workflows: Array.from({ length: jobs }, (_, at) => ({ name: `job-${at + 1}`, durationMs })),
    })
  }

  get done(): number {
    const workflows = [...this.server.database.pipelines.values()].flatMap((pipeline) => pipeline.workflows)
    return workflows.filter(({ state }) => state === 'success').length
  }

  get records(): number {
    return this.server.records.list().length
  }

  async close(): Promise<void> {
    this.killAutoscaler()
    this.#watch()
    await this.#cloud.close()
    await this.#served.close()
  }

  async #create(signal: AbortSignal): Promise<Autoscaler> {
    const ci = createWoodpeckerServer({
      url: this.#served.url,
      token: adminToken,
      grpcAddr: this.#served.agentAddress,
      grpcSecure: false,
      clock: fastClock,
      random: Math.random,
      log: silentLog,
      deadlineMs: 10_000 * SPEED,
    })
    const provider = await this.#provider(signal)
    return createAutoscaler({
      server: ci,
      pools: [
        {
          provider,
          policy: {
            id: POOL,
            min: 0,
            max: MAX_MACHINES,
            workflowsPerAgent: 1,
            offer: ci.offerOf({ labels: {}, platform: 'linux/amd64', backend: 'docker' }),
            idleTimeoutMs: 30_000,
            inactivityTimeoutMs: 600_000,
            billingTeardownMarginMs: 0,
            // By the hour an idle machine would stay to the end of it; here it shall go.
            billing: 'second',
            parked: { max: 0, forMs: 0 },
            keepFailed: 0,
            ...plainPolicy,
          },
          agent: {
            labels: {},
            image: undefined,
            environment: {},
            renderUserData: (agent) => renderCloudInit(agent),
          },
        },
      ],
      caution: {
        graceAfterRestartMs: 60_000,
        longestPipelineMs: 7_200_000,
        listLagMs: 120_000,
        poweredOffMs: 20_000,
      },
      intervalMs: 10_000,
      limits: {
        ...defaultLimits,
        serverReadMs: 300_000,
        serverWriteMs: 600_000,
        deployMs: 1_200_000,
        listMs: 600_000,
      },
      clock: fastClock,
      random: Math.random,
      log: silentLog,
      onOutcome: (outcome) => this.outcomes.push(outcome),
    })
  }

  async #provider(signal: AbortSignal): Promise<Provider> {
    const { definition, options } = this.#cloud
    const provider = await definition.create({
      options: definition.options.parse(options),
      pool: { id: POOL, namePrefix: namePrefix(POOL), labels: {} },
      log: silentLog,
      clock: fastClock,
      random: Math.random,
      share: createShare(),
    })
    return {
      ...provider,
      // A killed process makes no further call.
      deployAgent: async (agent, call) => {
        signal.throwIfAborted()
        await provider.deployAgent(agent, call)
        if (signal.aborted) await new Promise(() => {})
      },
      removeAgent: async (name, call) => {
        signal.throwIfAborted()
        await provider.removeAgent(name, call)
      },
    }
  }

  #keepPeak(): () => void {
    const timer = setInterval(() => {
      this.peak = Math.max(this.peak, this.machines.length)
    }, 20)
    return () => clearInterval(timer)
  }
}
