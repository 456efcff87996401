import type { Machine } from '../model/machine.ts'
import type { Money, Offering } from '../model/money.ts'
import type { Clock } from '../ports/clock.ts'
import { OfferingUnavailable, QuotaExceeded } from '../ports/errors.ts'
import { Faults } from './faults.ts'

export type CloudCall = 'create' | 'remove' | 'start' | 'stop' | 'list' | 'offerings'

const FORCED_AFTER_MS = 600_000

/** A machine of the fake cloud, ended ones included. */
export interface FakeMachine extends Machine {
  readonly createdAt: number
  /** When it has booted; `undefined`: not yet. */
  readonly bootedAt: number | undefined
  /** Its latest start. */
  readonly startedAt: number
  /** Since when it has been in `stopping`. */
  readonly stoppingSince: number | undefined
  readonly endedAt: number | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly userData: string
}

/** What `create` is told. */
export interface NewMachine {
  readonly name: string
  readonly offering?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly userData?: string
}

export interface FakeCloudOptions {
  readonly clock: Clock
  /** From being made to `onBoot`. */
  readonly bootDelayMs?: number
  /** Lists show the cloud as it was so long ago. */
  readonly listLagMs?: number
  /** In the order to try; one that is not there is refused. None: machines have no offering. */
  readonly offerings?: readonly Offering[]
  /** More are refused with `QuotaExceeded`. */
  readonly quota?: number
  /** Called when a machine has booted, to let its agent connect; what it answers is called at its end. */
  readonly onBoot?: (machine: FakeMachine) => (() => void) | undefined
}

type Entry = { -readonly [K in keyof FakeMachine]: FakeMachine[K] } & { end: (() => void) | undefined }

/** A cloud in memory, with a will: machines boot after a while, lists lag, calls fail when told to. */
export class FakeCloud extends Faults<CloudCall> {
  readonly clock: Clock
  readonly offerings: readonly Offering[]
  readonly #options: FakeCloudOptions
  readonly #entries: Entry[] = []
  readonly #soldOut = new Set<string>()
  readonly #hiddenUntil = new Map<string, number>()
  readonly #hangsAtStop = new Set<string>()
  #peak = 0

  constructor(options: FakeCloudOptions) {
    super(options.clock)
    this.clock = options.clock
    this.offerings = options.offerings ?? []
    this.#options = options
  }

  /** All that is there and costs money now, hidden ones too. */
  get machines(): readonly FakeMachine[] {
    return this.#entries.filter((entry) => entry.endedAt === undefined)
  }

  /** All that ever was, in the order in which they were made. */
  get history(): readonly FakeMachine[] {
    return this.#entries
  }

  /** The most machines that were there at a time. */
  get peak(): number {
    return this.#peak
  }

  machine(name: string): FakeMachine | undefined {
    return this.machines.find((machine) => machine.name === name)
  }

  create(machine: NewMachine, signal: AbortSignal): Promise<void> {
    return this.pass('create', signal, () => {
      if (this.machine(machine.name)) return
      if (this.machines.length >= (this.#options.quota ?? Number.POSITIVE_INFINITY)) {
        throw new QuotaExceeded(`no more than ${this.#options.quota} machines`)
      }
      this.plant(machine)
    })
  }

  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.pass('remove', signal, () => this.vanish(name))
  }

  /** Starts a stopped machine: it boots again. */
  start(name: string, signal: AbortSignal): Promise<void> {
    return this.pass('start', signal, () => {
      const entry = this.#there(name)
      if (entry?.state !== 'stopped') return
      entry.state = 'starting'
      entry.startedAt = this.clock.now()
      entry.end = this.clock.startTimer(this.#options.bootDelayMs ?? 0, () => this.#boot(entry))
    })
  }

  shutDown(name: string, signal: AbortSignal): Promise<void> {
    return this.pass('stop', signal, () => this.stop(name))
  }

  /** What a list shows: late by `listLagMs`, and without those that are hidden. */
  list(signal: AbortSignal): Promise<readonly FakeMachine[]> {
    return this.pass('list', signal, () => {
      const asOf = this.clock.now() - (this.#options.listLagMs ?? 0)
      return this.#entries
        .filter(({ createdAt, endedAt }) => createdAt <= asOf && (endedAt === undefined || endedAt > asOf))
        .filter(({ name }) => (this.#hiddenUntil.get(name) ?? 0) <= this.clock.now())
        .map((entry) => ({ ...entry }))
    })
  }

  listOfferings(signal: AbortSignal): Promise<readonly Offering[]> {
    return this.pass('offerings', signal, () => this.offerings)
  }

  /** Makes a machine as if by hand: no fault, no quota; for those that were there before, or are foreign. */
  plant(machine: NewMachine & { readonly createdAt?: number }): void {
    const now = this.clock.now()
    const entry: Entry = {
      name: machine.name,
      createdAt: machine.createdAt ?? now,
      state: 'starting',
      bootedAt: undefined,
      startedAt: machine.createdAt ?? now,
      stoppingSince: undefined,
      endedAt: undefined,
      environment: machine.environment ?? {},
      userData: machine.userData ?? '',
      end: undefined,
      ...this.#priced(machine.offering),
    }
    this.#entries.push(entry)
    this.#peak = Math.max(this.#peak, this.machines.length)
    const delayMs = entry.createdAt + (this.#options.bootDelayMs ?? 0) - now
    if (delayMs > 0) entry.end = this.clock.startTimer(delayMs, () => this.#boot(entry))
    else this.#boot(entry)
  }

  /** Its process ends, its machine stays: `stopped`; one that hangs while it stops only after ten minutes, asked again. */
  stop(name: string): void {
    const entry = this.#there(name)
    if (!entry) return
    this.#endProcess(entry)
    const now = this.clock.now()
    if (this.#hangsAtStop.delete(name)) {
      entry.state = 'stopping'
      entry.stoppingSince = now
    } else if (now - (entry.stoppingSince ?? 0) >= FORCED_AFTER_MS) {
      entry.state = 'stopped'
      entry.stoppingSince = undefined
    }
  }

  /** The next stop of this machine does not come to its end by itself. */
  hangAtStop(name: string): void {
    this.#hangsAtStop.add(name)
  }

  /** The cloud says that it will take it back. */
  interrupt(name: string, notice: string): void {
    const entry = this.#there(name)
    if (entry) entry.endingSoon = notice
  }

  /** It is gone, without anybody having asked for it. */
  vanish(name: string): void {
    const entry = this.#there(name)
    if (!entry) return
    this.#endProcess(entry)
    entry.endedAt = this.clock.now()
  }

  /** Leaves it out of the lists for a while. */
  hide(name: string, forMs: number): void {
    this.#hiddenUntil.set(name, this.clock.now() + forMs)
  }

  /** No more machines of this offering, until `restock`. */
  sellOut(offering: string): void {
    this.#soldOut.add(offering)
  }

  restock(offering: string): void {
    this.#soldOut.delete(offering)
  }

  #boot(entry: Entry): void {
    entry.state = 'running'
    entry.bootedAt = this.clock.now()
    entry.end = this.#options.onBoot?.(entry)
  }

  #endProcess(entry: Entry): void {
    entry.end?.()
    entry.end = undefined
  }

  #there(name: string): Entry | undefined {
    return this.#entries.find((entry) => entry.name === name && entry.endedAt === undefined)
  }

  #priced(offering: string | undefined): { offering?: string; hourlyPrice?: Money } {
    if (this.offerings.length === 0) return {}
    const found =
      offering === undefined ? this.offerings[0] : this.offerings.find(({ id }) => id === offering)
    if (!found || this.#soldOut.has(found.id)) {
      throw new OfferingUnavailable(`${offering ?? found?.id} is not to be had`)
    }
    return { offering: found.id, ...(found.hourlyPrice && { hourlyPrice: found.hourlyPrice }) }
  }
}
