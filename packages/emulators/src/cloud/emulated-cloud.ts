import {
  type Clock,
  type Money,
  type Offering,
  OfferingUnavailable,
  QuotaExceeded,
  type Random,
  sleep,
} from '@woodpeckers/autoscaler-core'
import { livedMs, machineCost } from './cloud-cost.ts'
import type { CloudMachine, Inhabitant, MachineOrder } from './cloud-machine.ts'

export interface EmulatedCloudOptions {
  readonly clock: Clock
  readonly random: Random
  readonly offerings: readonly Offering[]
  /** By the started hour, or by the second. */
  readonly billing: 'second' | 'hour'
  /** From a machine's order to the start of its agent. */
  readonly bootMs: number | ((random: Random) => number)
  /** How long a call takes; 0 without it. */
  readonly callMs?: number
  /** How long a new machine is missing from lists; 0 without it. */
  readonly listLagMs?: number
  /** How many machines there may be; `Infinity` without it. */
  readonly quota?: number
  /** Starts what a machine was made for. */
  readonly onBoot: (machine: MachineOrder) => Inhabitant
}

export type CloudCall = 'create' | 'remove' | 'list'

/** What goes wrong with a call: an error before or after it had its effect, or no answer at all. */
export type CloudFault =
  | { readonly kind: 'before' | 'after'; readonly error: Error }
  | { readonly kind: 'hang' }

/** A cloud with a clock of its own: machines that boot after a while, cost money and run agents. */
export class EmulatedCloud {
  readonly billing: 'second' | 'hour'
  readonly offerings: readonly Offering[]
  quota: number
  readonly #options: EmulatedCloudOptions
  readonly #machines: CloudMachine[] = []
  readonly #soldOut: Set<string> = new Set()
  readonly #faults: { readonly call: CloudCall; readonly fault: CloudFault }[] = []
  readonly #refused: Map<string, Error> = new Map()
  #ghosts: { readonly machine: CloudMachine; readonly untilAt: number }[] = []
  #bootless = 0
  #outage: Error | undefined

  constructor(options: EmulatedCloudOptions) {
    this.#options = options
    this.billing = options.billing
    this.offerings = options.offerings
    this.quota = options.quota ?? Infinity
  }

  /** Every machine that there is, whatever the lists say. */
  get machines(): readonly CloudMachine[] {
    return this.#machines.filter(({ state }) => state !== 'ended')
  }

  /** Every machine that ever was. */
  get books(): readonly CloudMachine[] {
    return this.#machines
  }

  /** Makes a machine, unless one has this name. Throws `OfferingUnavailable`, `QuotaExceeded`. */
  create(
    name: string,
    environment: Readonly<Record<string, string>>,
    offeringId: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#call('create', signal, () => {
      if (this.#find(name)) return
      const offering = this.offerings.find(({ id }) => id === offeringId) ?? this.offerings[0]
      const refused = this.#refused.get(offering?.id ?? '')
      if (refused) throw refused
      if (!offering || this.#soldOut.has(offering.id)) {
        throw new OfferingUnavailable(`${offeringId ?? 'the only offering'} is sold out`)
      }
      if (this.machines.length >= this.quota) throw new QuotaExceeded(`at most ${this.quota} machines`)
      this.#boot({ name, environment, offering })
    })
  }

  /** Ends a machine; already gone = success. */
  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.#call('remove', signal, () => this.vanish(name))
  }

  list(signal: AbortSignal): Promise<readonly CloudMachine[]> {
    return this.#call('list', signal, () => {
      const now = this.#options.clock.now()
      this.#ghosts = this.#ghosts.filter(({ untilAt }) => untilAt > now)
      const there = this.machines.filter(({ hiddenUntil }) => hiddenUntil <= now)
      return [...there, ...this.#ghosts.map(({ machine }) => machine)]
    })
  }

  /** The next call of this kind goes wrong; several wait in line. */
  failNext(call: CloudCall, fault: CloudFault | Error): void {
    this.#faults.push({ call, fault: fault instanceof Error ? { kind: 'before', error: fault } : fault })
  }

  /** Every call fails with it, and does nothing, until `recover`. */
  breakDown(error: Error): void {
    this.#outage = error
  }

  recover(): void {
    this.#outage = undefined
  }

  sellOut(offeringId: string): void {
    this.#soldOut.add(offeringId)
  }

  restock(offeringId: string): void {
    this.#soldOut.delete(offeringId)
  }

  /** Orders of this offering fail so, until `accept`. */
  refuse(offeringId: string, error: Error): void {
    this.#refused.set(offeringId, error)
  }

  accept(offeringId: string): void {
    this.#refused.delete(offeringId)
  }

  /** The next machines are made and paid, but never start their agent. */
  failBoots(count: number): void {
    this.#bootless += count
  }

  /** From now on all that are made start their agent. */
  bootAll(): void {
    this.#bootless = 0
  }

  /** Lists miss it for a while. */
  hide(name: string, forMs: number): void {
    const machine = this.#find(name)
    if (machine) machine.hiddenUntil = this.#options.clock.now() + forMs
  }

  /**
   * It is gone at once, with what ran on it, and no longer paid: a spot machine taken back, a host that died. Lists
   * may show it a while longer.
   */
  vanish(name: string, listedForMs: number = 0): void {
    const machine = this.#find(name)
    if (!machine) return
    if (listedForMs > 0) {
      this.#ghosts.push({ machine: { ...machine }, untilAt: this.#options.clock.now() + listedForMs })
    }
    this.#silence(machine, 'ended')
    machine.endedAt = this.#options.clock.now()
  }

  /** It is off, but there, and paid. */
  powerOff(name: string): void {
    const machine = this.#find(name)
    if (machine) this.#silence(machine, 'stopped')
  }

  powerOn(name: string): void {
    const machine = this.#find(name)
    if (machine?.state === 'stopped') this.#startAfterBoot(machine)
  }

  /** All that has been paid and is owed until now, in the offerings' one currency. */
  cost(): Money {
    const now = this.#options.clock.now()
    const costs = this.#machines.map((machine) => machineCost(machine, this.billing, now))
    return {
      amount: costs.reduce((sum, { amount }) => sum + amount, 0),
      currency: costs[0]?.currency ?? this.offerings[0]?.hourlyPrice?.currency ?? 'EUR',
    }
  }

  /** Time that machines were there for, all added up. */
  machineMs(): number {
    const now = this.#options.clock.now()
    return this.#machines.reduce((sum, machine) => sum + livedMs(machine, now), 0)
  }

  #find(name: string): CloudMachine | undefined {
    return this.machines.find((machine) => machine.name === name)
  }

  #boot(order: MachineOrder): void {
    const { clock, listLagMs = 0 } = this.#options
    const createdAt = clock.now()
    const machine: CloudMachine = {
      ...order,
      createdAt,
      state: 'starting',
      endedAt: undefined,
      hiddenUntil: createdAt + listLagMs,
      inhabitant: undefined,
    }
    this.#machines.push(machine)
    if (this.#bootless > 0) this.#bootless--
    else this.#startAfterBoot(machine)
  }

  #startAfterBoot(machine: CloudMachine): void {
    const { clock, random, bootMs, onBoot } = this.#options
    machine.state = 'starting'
    clock.startTimer(typeof bootMs === 'number' ? bootMs : bootMs(random), () => {
      if (machine.state !== 'starting') return
      machine.state = 'running'
      machine.inhabitant = onBoot(machine)
    })
  }

  #silence(machine: CloudMachine, state: 'stopped' | 'ended'): void {
    machine.state = state
    machine.inhabitant?.vanish()
    machine.inhabitant = undefined
  }

  async #call<T>(call: CloudCall, signal: AbortSignal, act: () => T): Promise<T> {
    const { clock, callMs = 0 } = this.#options
    const waiting = this.#faults.findIndex((other) => other.call === call)
    const fault = waiting < 0 ? undefined : this.#faults.splice(waiting, 1)[0]?.fault
    signal.throwIfAborted()
    if (fault?.kind === 'hang') await aborted(signal)
    if (callMs > 0) await sleep(clock, callMs, signal)
    if (this.#outage) throw this.#outage
    if (fault?.kind === 'before') throw fault.error
    const answer = act()
    if (fault?.kind === 'after') throw fault.error
    return answer
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
