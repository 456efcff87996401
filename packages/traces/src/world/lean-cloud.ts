import type { Clock, Machine, Provider, Random } from '@woodpeckers/autoscaler-core'
import type { BootTime, TracePool } from '../play/trace-settings.ts'
import type { Stretch } from './lean-agent.ts'

/** A machine in the cloud's books; it stays there after its end. */
export interface LeanMachine {
  readonly name: string
  readonly createdAt: number
  endedAt: number | undefined
  /** When it ran and was paid for: more than one where it was stopped in between; the last may last. */
  readonly paid: Stretch[]
  /** As lists show it. */
  shown: Machine
  /** Counts its boots: one that was called off is not the latest. */
  boots: number
}

export interface LeanCloudOptions {
  readonly clock: Clock
  readonly random: Random
  readonly pool: TracePool
  readonly onBoot: (name: string) => void
  /** It was ended or stopped. */
  readonly onOff: (name: string) => void
}

/** The cloud of one pool, in memory and without faults: it answers at once, and boots take their time. */
export class LeanCloud {
  readonly books: LeanMachine[] = []
  readonly #there: Map<string, LeanMachine> = new Map()
  readonly #options: LeanCloudOptions

  constructor(options: LeanCloudOptions) {
    this.#options = options
  }

  /** Machines there are, stopped ones too. */
  get size(): number {
    return this.#there.size
  }

  asProvider(): Provider {
    const { policy, hourlyPrice, offering = 'machine' } = this.#options.pool
    return {
      createIsIdempotent: true,
      billing: policy.billing,
      usesUserData: false,
      stoppingSaves: true,
      platform: {
        platform: policy.offer['platform'] ?? 'linux/amd64',
        backend: policy.offer['backend'] ?? 'docker',
      },
      deployAgent: async ({ name }) => this.#create(name, hourlyPrice),
      removeAgent: async (name) => this.#remove(name),
      listDeployedAgentNames: async () => [...this.#there.keys()],
      listDeployedAgents: async () => {
        const machines: Machine[] = []
        for (const { shown } of this.#there.values()) machines.push(shown)
        return machines
      },
      // Limits on what is spent need to know what a machine will cost.
      ...(hourlyPrice && { offerings: async () => [{ id: offering, hourlyPrice }] }),
      startAgent: async (name) => this.#start(name),
      stopAgent: async (name) => this.#stop(name),
    }
  }

  #create(name: string, hourlyPrice: Machine['hourlyPrice']): void {
    if (this.#there.has(name)) return
    const createdAt = this.#options.clock.now()
    const { offering } = this.#options.pool
    const shown: Machine = {
      name,
      createdAt,
      state: 'starting',
      ...(hourlyPrice && { hourlyPrice }),
      ...(offering !== undefined && { offering }),
    }
    const machine: LeanMachine = { name, createdAt, endedAt: undefined, paid: [], shown, boots: 0 }
    this.books.push(machine)
    this.#there.set(name, machine)
    this.#boot(machine)
  }

  #remove(name: string): void {
    const machine = this.#there.get(name)
    if (!machine) return
    this.#off(machine)
    this.#there.delete(name)
    machine.endedAt = this.#options.clock.now()
  }

  #start(name: string): void {
    const machine = this.#there.get(name)
    if (machine?.shown.state !== 'stopped') return
    machine.shown = { ...machine.shown, state: 'starting' }
    this.#boot(machine)
  }

  #stop(name: string): void {
    const machine = this.#there.get(name)
    if (!machine || machine.shown.state === 'stopped') return
    this.#off(machine)
    machine.shown = { ...machine.shown, state: 'stopped' }
  }

  #boot(machine: LeanMachine): void {
    const { clock, random, pool, onBoot } = this.#options
    machine.paid.push([clock.now(), Number.POSITIVE_INFINITY])
    const boot = ++machine.boots
    clock.startTimer(bootMs(pool.boot, random), () => {
      if (machine.boots !== boot || machine.endedAt !== undefined) return
      machine.shown = { ...machine.shown, state: 'running' }
      onBoot(machine.name)
    })
  }

  #off(machine: LeanMachine): void {
    machine.boots++
    const last = machine.paid.at(-1)
    if (last?.[1] === Number.POSITIVE_INFINITY)
      machine.paid[machine.paid.length - 1] = [last[0], this.#options.clock.now()]
    this.#options.onOff(machine.name)
  }
}

/** How far the 95th percentile lies from the middle, in standard deviations. */
const P95_DEVIATIONS = 1.645

/** Boot times are many small delays, some of which multiply: their logarithms are spread evenly. */
function bootMs({ p50Ms, p95Ms }: BootTime, random: Random): number {
  const spread = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const middleMs = Math.max(p50Ms, 1)
  return Math.round(middleMs * (Math.max(p95Ms, middleMs) / middleMs) ** (spread / P95_DEVIATIONS))
}
