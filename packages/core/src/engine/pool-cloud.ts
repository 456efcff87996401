import pLimit from 'p-limit'
import { machineTypeOf } from '../evidence/variants.ts'
import type { Machine } from '../model/machine.ts'
import type { Offering } from '../model/money.ts'
import { isNameOfPool } from '../model/names.ts'
import type { OfferingRefusal } from '../model/report.ts'
import type { MachinesReading, Reading } from '../model/snapshot.ts'
import type { StandingSeen } from '../model/standing-machine.ts'
import { type Clock, sleep, withDeadline } from '../ports/clock.ts'
import {
  asOutsideError,
  OfferingUnavailable,
  type OutsideError,
  Rejected,
  Transient,
  UnexpectedAnswer,
} from '../ports/errors.ts'
import type { Log } from '../ports/log.ts'
import type { AgentDeployment, CallOptions, StandingMachines } from '../ports/provider.ts'
import type { Pool } from './autoscaler.ts'
import type { EngineLimits } from './limits.ts'
import { type OfferingTrial, tryOfferings } from './try-offerings.ts'

/** Ends the wait for a list. One for all: to make an error each time costs more than to look at the list. */
const LISTED = new Error('the list of machines is not waited for any more')
const CONSOLE_LINES = 20
/** Prices hardly ever change; what is sold out is learned by trying. */
const OFFERINGS_FRESH_MS = 10 * 60_000
const OFFERINGS_RETRY_MS = 60_000

/** What came of a deployment, with the offerings that were refused. */
export type DeployResult = { readonly refusals: readonly OfferingRefusal[] } & (
  | { readonly ok: true; readonly offering?: string }
  | { readonly ok: false; readonly error: OutsideError }
)

/** Which offerings may be tried: those that were refused last, and, where given, of one type alone. */
export interface Choice {
  readonly avoid: readonly string[]
  readonly machineType: string | undefined
}

/**
 * A pool's provider as the engine uses it: with deadlines, at most so many calls at once, one listing at a
 * time, and deaf to names of others.
 */
export class PoolCloud {
  #pool: Pool
  readonly #clock: Clock
  readonly #limits: EngineLimits
  readonly #log: Log
  readonly #slots: ReturnType<typeof pLimit>
  /** A listing that is under way, with the ticks that wait for it. */
  #listing: Promise<Reading<MachinesReading>> | undefined
  /** The last listing took longer than a tick waits. */
  #slow = false
  /** The latest list that came; one that came late serves the next tick. */
  #latest: MachinesReading | undefined
  #strangers = new Set<string>()
  #offerings: readonly Offering[] = []
  #offeringsDueAt = Number.NEGATIVE_INFINITY

  constructor(pool: Pool, clock: Clock, limits: EngineLimits, log: Log) {
    this.#pool = pool
    this.#clock = clock
    this.#limits = limits
    this.#log = log
    this.#slots = pLimit(limits.concurrency)
  }

  /** Whether this serves the pool with other settings too: a listing that is under way goes on. */
  adopt(pool: Pool): boolean {
    if (pool.provider !== this.#pool.provider) return false
    this.#pool = pool
    return true
  }

  /**
   * The pool's machines. A listing that is slow holds up no tick: until it has come, the latest one serves,
   * and one that hangs is unknown in the end.
   */
  async list(signal: AbortSignal): Promise<Reading<MachinesReading>> {
    this.#listing ??= this.#startListing(signal)
    const patience = new AbortController()
    const late = sleep(this.#clock, this.#slow ? 0 : this.#limits.listPatienceMs, patience.signal).then(
      () => undefined,
    )
    late.catch(() => {})
    try {
      const inTime = await Promise.race([this.#listing, late])
      // The other pools have waited for it once: their next ticks do not.
      if (!inTime) this.#slow = true
      if (inTime && !inTime.ok) return inTime
      return this.#useLatest()
    } finally {
      patience.abort(LISTED)
    }
  }

  #useLatest(): Reading<MachinesReading> {
    const latest = this.#latest
    if (!latest || this.#clock.monotonic() - latest.readAt > this.#limits.listMs) {
      return { ok: false, error: new Transient('the list of machines has not come yet') }
    }
    this.#latest = { ...latest, reused: true }
    return { ok: true, value: latest }
  }

  /**
   * Requests a machine, offering by offering where the provider has several. `avoid`: those that were refused a
   * while ago; when all were, the first of them is tried.
   */
  deploy(agent: AgentDeployment, choice: Choice, signal: AbortSignal): Promise<DeployResult> {
    return this.#slots(async () => {
      const refusals: OfferingRefusal[] = []
      let trying: string | undefined
      const deployOne = async (offering: string | undefined, call: CallOptions): Promise<void> => {
        trying = offering
        const which = offering === undefined ? agent : { ...agent, offering }
        await this.#pool.provider.deployAgent(which, call)
      }
      try {
        const trial = await this.#call('deployAgent', this.#limits.deployMs, signal, (call) =>
          this.#deployFirst(choice, deployOne, refusals, call),
        )
        return trial ?? { ok: true, refusals }
      } catch (thrown) {
        const error = asOutsideError(thrown)
        const { kind, message: why } = error
        if (trying !== undefined) refusals.push({ offering: trying, kind, why })
        return { ok: false, error, refusals }
      }
    })
  }

  /** `undefined`: the provider has no offerings, and accepted the request. */
  async #deployFirst(
    { avoid, machineType }: Choice,
    deployOne: (offering: string | undefined, call: CallOptions) => Promise<void>,
    refusals: OfferingRefusal[],
    call: CallOptions,
  ): Promise<OfferingTrial | undefined> {
    const { provider } = this.#pool
    const offered = checkedOfferings((await provider.offerings?.(call)) ?? []).map(({ id }) => id)
    const all =
      machineType === undefined ? offered : offered.filter((id) => machineTypeOf(id) === machineType)
    if (all.length === 0 && machineType !== undefined) return this.#nothingOf(machineType)
    if (all.length === 0) {
      await deployOne(undefined, call)
      return undefined
    }
    const hopeful = all.filter((id) => !avoid.includes(id))
    const tried = hopeful.length > 0 ? hopeful : avoid.filter((id) => all.includes(id)).slice(0, 1)
    return tryOfferings(tried, (offering) => deployOne(offering, call), refusals)
  }

  /** Clouds leave out what is sold out. */
  #nothingOf(machineType: string): OfferingTrial {
    const error = new OfferingUnavailable(`nothing of the type ${machineType} is offered now`)
    const { kind, message: why } = error
    const known = this.#offerings.map(({ id }) => id).filter((id) => machineTypeOf(id) === machineType)
    this.#offeringsDueAt = this.#clock.monotonic()
    return { ok: false, error, refusals: known.map((offering) => ({ offering, kind, why })) }
  }

  /** Starts a stopped machine. */
  start(name: string, signal: AbortSignal): Promise<void> {
    const { provider } = this.#pool
    return this.#slots(() =>
      this.#call('startAgent', this.#limits.deployMs, signal, async (call) => {
        if (!provider.startAgent) throw new Rejected('the provider cannot start machines')
        await provider.startAgent(name, call)
      }),
    )
  }

  /** Stops a machine and keeps its disk. */
  stop(name: string, signal: AbortSignal): Promise<void> {
    const { provider } = this.#pool
    return this.#slots(() =>
      this.#call('stopAgent', this.#limits.removeMs, signal, async (call) => {
        if (!provider.stopAgent) throw new Rejected('the provider cannot stop machines')
        await provider.stopAgent(name, call)
      }),
    )
  }

  /** Starts a machine that was made by hand. */
  startStanding(id: string, signal: AbortSignal): Promise<void> {
    return this.#slots(() =>
      this.#call('standing.start', this.#limits.deployMs, signal, (call) => this.#standing().start(id, call)),
    )
  }

  stopStanding(id: string, signal: AbortSignal): Promise<void> {
    return this.#slots(() =>
      this.#call('standing.stop', this.#limits.removeMs, signal, (call) => this.#standing().stop(id, call)),
    )
  }

  #standing(): StandingMachines {
    const { standing } = this.#pool.provider
    if (!standing) throw new Rejected('the provider knows no machines that were made by hand')
    return standing
  }

  /** The end of a machine's console; never an error, as it only helps to understand one. */
  async consoleTail(name: string, signal: AbortSignal): Promise<string | undefined> {
    const { provider } = this.#pool
    if (!provider.console) return undefined
    try {
      const text = await this.#call('console', this.#limits.consoleMs, signal, async (call) =>
        provider.console?.(name, call),
      )
      return text?.trimEnd().split('\n').slice(-CONSOLE_LINES).join('\n')
    } catch {
      return undefined
    }
  }

  /** Ends a machine; already gone is success. */
  remove(name: string, signal: AbortSignal): Promise<void> {
    return this.#slots(() =>
      this.#call('removeAgent', this.#limits.removeMs, signal, (call) =>
        this.#pool.provider.removeAgent(name, call),
      ),
    )
  }

  #startListing(signal: AbortSignal): Promise<Reading<MachinesReading>> {
    const readAt = this.#clock.monotonic()
    const { provider } = this.#pool
    return this.#call('listDeployedAgents', this.#limits.listMs, signal, async (call) => {
      const known = this.#readOfferings(call)
      const listed = provider.listDeployedAgents
        ? await provider.listDeployedAgents(call)
        : (await provider.listDeployedAgentNames(call)).map((name): Machine => ({ name, state: 'unknown' }))
      // One without the other would be half of the pool: what could not be read is unknown, all of it.
      const standing = await this.#listStanding(call)
      const offerings = await known
      const reading = { machines: this.#ownOnly(checked(listed)), standing, offerings, readAt, reused: false }
      this.#latest = reading
      return { ok: true, value: reading } as const
    })
      .catch((thrown): Reading<MachinesReading> => {
        this.#latest = undefined
        return { ok: false, error: asOutsideError(thrown) }
      })
      .finally(() => {
        this.#listing = undefined
        this.#slow = this.#clock.monotonic() - readAt > this.#limits.listPatienceMs
      })
  }

  async #listStanding(call: CallOptions): Promise<readonly StandingSeen[]> {
    const { provider, standingAgents } = this.#pool
    if (!provider.standing || provider.standing.ids.length === 0) return []
    const machines = await provider.standing.list(call)
    return machines.map((machine) => ({ ...machine, agentId: standingAgents?.get(machine.id) }))
  }

  /** What there was before, where they cannot be read: prices are a help, and no reason to know nothing. */
  async #readOfferings(call: CallOptions): Promise<readonly Offering[]> {
    const { provider } = this.#pool
    const now = this.#clock.monotonic()
    if (!provider.offerings || now < this.#offeringsDueAt) return this.#offerings
    this.#offeringsDueAt = now + OFFERINGS_RETRY_MS
    try {
      // What only helps must leave the rest of a listing's time to what is needed.
      const read = this.#call('offerings', this.#limits.listMs / 2, call.signal, async (half) =>
        provider.offerings?.(half),
      )
      this.#offerings = checkedOfferings(await read)
      this.#offeringsDueAt = now + OFFERINGS_FRESH_MS
    } catch {
      // They are asked for again in a minute.
    }
    return this.#offerings
  }

  #ownOnly(machines: readonly Machine[]): readonly Machine[] {
    const { id } = this.#pool.policy
    const own = machines.filter(({ name }) => isNameOfPool(name, id))
    if (own.length === machines.length) return own
    for (const { name } of machines) {
      if (isNameOfPool(name, id) || this.#strangers.has(name)) continue
      this.#strangers.add(name)
      this.#log.warn(
        { pool: id, machine: name },
        'The provider lists a machine of another pool: it is left alone',
      )
    }
    return own
  }

  #call<T>(
    what: string,
    deadlineMs: number,
    signal: AbortSignal,
    work: (call: CallOptions) => Promise<T>,
  ): Promise<T> {
    const late = () =>
      new Transient(`${what} did not answer within ${Math.round(deadlineMs / 1000)} s`, {
        mayHaveActed: true,
      })
    // A provider that throws at once instead of rejecting is treated the same.
    return withDeadline(this.#clock, deadlineMs, signal, late, async (within) => work({ signal: within }))
  }
}

/** Providers are other people's code: what is no list of machines is an error, never an empty list. */
function checked(listed: unknown): readonly Machine[] {
  if (!isListOf(listed, 'name'))
    throw new UnexpectedAnswer('the provider answered something that is no list of machines')
  const machines = listed as readonly Machine[]
  const odd = machines.find(({ createdAt }) => createdAt !== undefined && !Number.isFinite(createdAt))
  if (!odd) return machines
  const told = JSON.stringify(odd.createdAt)
  throw new UnexpectedAnswer(`the provider answered createdAt ${told} of ${odd.name}: must be milliseconds`)
}

function checkedOfferings(offerings: unknown): readonly Offering[] {
  if (isListOf(offerings, 'id')) return offerings as readonly Offering[]
  throw new UnexpectedAnswer('the provider answered something that is no list of offerings')
}

/** Providers may be written in JavaScript: what they answer is believed only as far as it was looked at. */
function isListOf(answer: unknown, key: string): boolean {
  const isEntry = (entry: unknown): boolean =>
    typeof entry === 'object' && entry !== null && typeof (entry as Record<string, unknown>)[key] === 'string'
  return Array.isArray(answer) && answer.every(isEntry)
}
