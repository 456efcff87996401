import {
  type Autoscaler,
  asOutsideError,
  type CiServer,
  type Clock,
  type Log,
  type Provider,
  type ProviderContext,
  Rejected,
} from '@woodpeckers/autoscaler-core'
import { type Assembly, loopOf, type OpenPool, openPool, poolOf } from '../assemble.ts'
import { whyAlike } from '../config/check-names.ts'
import type { Config, ConfigFile, ConfigResult, PoolConfig } from '../config/config.ts'
import { redactor } from '../logs/redact.ts'
import { PartFailed } from '../part-failed.ts'
import { closeAll } from '../parts/close-all.ts'
import type { Surroundings } from '../surroundings.ts'
import { checkSameMachines } from './same-machines.ts'
import { stampOf } from './stamp.ts'
import { describeChange, hasSameProvider, needsRestart } from './what-changed.ts'

/** Calls of a provider that was replaced are over by then. */
const RETIRED_AFTER_MS = 5 * 60_000

/** A cloud or server that is away for a moment says nothing against the file: it is judged again after so long. */
const AGAIN_AFTER_MS = 60_000

/** What a reloader works on. */
export interface Site {
  readonly config: Config
  readonly file: ConfigFile
  readonly assembly: Pick<Assembly, 'server' | 'pools' | 'share'>
  readonly autoscaler: Pick<Autoscaler, 'reconfigure'>
  readonly surroundings: Surroundings
  readonly log: Log
  /** Reads the file anew. */
  readonly decide: () => Promise<ConfigResult>
  /** Keeps these out of the log. */
  readonly hide: (secrets: readonly string[]) => void
  readonly onTaken: (config: Config) => void
}

/**
 * Watches the file by its content. What was changed is taken whole between two ticks, or refused whole: then
 * everything goes on as before, and one line says why.
 */
export class Reloader {
  readonly #site: Site
  readonly #clock: Clock
  readonly #server: CiServer
  readonly #share: ProviderContext<unknown>['share']
  #config: Config
  #pools: readonly OpenPool[]
  /** Out of the file, and not empty yet. */
  #leaving: readonly OpenPool[] = []
  #watched: ReadonlySet<string>
  /** Of what was taken or refused. */
  #judged: string
  /** Seen once: taken when it is seen again, so that nobody reads half of a file. */
  #candidate: string | undefined
  /** When what could not be judged is to be judged again. */
  #againAt: number | undefined
  /** Told once, however often it is so. */
  #toldProblem: string | undefined
  #work: Promise<void> | undefined
  /** Providers that a change has brought; those of the start are the assembly's. */
  readonly #own = new Set<Provider>()
  readonly #retired = new Map<Provider, () => void>()

  constructor(site: Site) {
    this.#site = site
    this.#clock = site.surroundings.clock
    this.#server = site.assembly.server
    this.#share = site.assembly.share
    this.#config = site.config
    this.#pools = site.assembly.pools
    this.#watched = new Set([site.file.path, ...site.file.refersTo])
    this.#judged = site.file.stamp
  }

  /** Pools that are in the file, or still have machines. */
  get ids(): readonly string[] {
    return [...this.#pools, ...this.#leaving].map(({ config }) => config.poolId)
  }

  /** To be called after each tick. */
  look(): void {
    if (this.#work) return
    const isDueAgain = this.#againAt !== undefined && this.#clock.monotonic() >= this.#againAt
    const stamp = stampOf(this.#watched)
    if (isDueAgain) this.#begin()
    else if (stamp === this.#judged) this.#candidate = undefined
    else if (stamp === this.#candidate) this.#begin()
    else this.#candidate = stamp
  }

  /** Somebody asked for it: without a second look. */
  now(): void {
    if (!this.#work) this.#begin()
  }

  /** Nothing is left of a pool that was leaving. */
  forgotten(id: string): void {
    for (const { config, provider } of this.#leaving) if (config.poolId === id) this.#retire(provider)
    this.#leaving = this.#leaving.filter(({ config }) => config.poolId !== id)
    this.#site.log.info({ pool: id }, 'nothing is left of the pool that was taken out')
  }

  /** Waits for a change that is being taken, and frees the providers that changes brought. */
  async close(): Promise<void> {
    await this.#work
    for (const cancel of this.#retired.values()) cancel()
    await closeAll([...this.#own], this.#clock)
  }

  #begin(): void {
    this.#work = this.#reload()
      .catch((thrown) => this.#refuse([asOutsideError(thrown).message]))
      .finally(() => {
        this.#work = undefined
      })
  }

  async #reload(): Promise<void> {
    this.#againAt = undefined
    const read = await this.#site.decide()
    const refersTo = read.ok ? (read.config.file?.refersTo ?? []) : (read.refersTo ?? [])
    this.#watched = new Set([this.#site.file.path, ...refersTo])
    this.#judged = stampOf(this.#watched)
    this.#candidate = undefined
    if (!read.ok) return this.#refuse(read.problems)
    const { config } = read
    this.#site.hide(config.secrets)
    const restart = needsRestart(this.#config, config)
    if (restart.length > 0) return this.#refuse([`${restart.join(', ')}: only a restart changes that`])
    for (const warning of config.warnings) this.#site.log.warn({}, warning)
    await this.#take(config)
  }

  async #take(config: Config): Promise<void> {
    const opened: Provider[] = []
    const pools: OpenPool[] = []
    try {
      for (const pool of config.pools) {
        const { open, isNew } = await this.#open(pool)
        if (isNew) opened.push(open.provider)
        pools.push(open)
      }
      for (const pool of pools) await this.#checkAgainstOld(pool)
    } catch (thrown) {
      await closeAll(opened, this.#clock)
      return passes(thrown) ? this.#postpone(thrown) : this.#refuse([asOutsideError(thrown).message])
    }
    this.#toldProblem = undefined
    await this.#site.autoscaler.reconfigure({
      pools: pools.map(({ pool }) => pool),
      ...loopOf(config.process),
    })
    for (const provider of opened) this.#own.add(provider)
    const before = this.#pools
    const ids = new Set(pools.map(({ config }) => config.poolId))
    for (const {
      config: { poolId },
      provider,
    } of [...before, ...this.#leaving]) {
      const now = pools.find(({ config }) => config.poolId === poolId)
      if (now && now.provider !== provider) this.#retire(provider)
    }
    this.#leaving = [...this.#leaving, ...before].filter(({ config }) => !ids.has(config.poolId))
    this.#pools = pools
    this.#config = config
    this.#site.log.info({}, `took the changed config file: ${describeChange(before, pools)}`)
    this.#site.onTaken(config)
  }

  /** With the provider that is there, where that serves it. */
  async #open(config: PoolConfig): Promise<{ readonly open: OpenPool; readonly isNew: boolean }> {
    const { log } = this.#site
    const old = this.#known(config.poolId)
    if (old && hasSameProvider(old, config)) {
      const pool = await poolOf(config, old.provider, this.#server, log)
      return { open: { config, provider: old.provider, pool }, isNew: false }
    }
    const around = { ...this.#site.surroundings, log, share: this.#share }
    return { open: await openPool(config, this.#server, around), isNew: true }
  }

  async #checkAgainstOld({ config: { poolId }, provider }: OpenPool): Promise<void> {
    const old = this.#known(poolId)
    if (old && old.provider !== provider) {
      await checkSameMachines(poolId, old.provider, provider, this.#clock)
    }
    for (const { config } of this.#leaving) {
      const wrong = config.poolId === poolId ? undefined : whyAlike(poolId, config.poolId)
      if (wrong) throw new PartFailed('id', new Rejected(`${wrong}, which is still leaving`))
    }
  }

  #known(id: string): OpenPool | undefined {
    return [...this.#pools, ...this.#leaving].find(({ config }) => config.poolId === id)
  }

  #refuse(problems: readonly string[]): void {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more: config validate)` : ''
    this.#toldProblem = undefined
    this.#tell(`the changed config file is not taken, all goes on as before: ${problems[0] ?? ''}${more}`)
  }

  #postpone(thrown: unknown): void {
    this.#againAt = this.#clock.monotonic() + AGAIN_AFTER_MS
    const { message } = asOutsideError(thrown)
    if (message === this.#toldProblem) return
    this.#toldProblem = message
    this.#tell(
      `the changed config file is not taken yet, all goes on as before, and it is tried again each minute: ${message}`,
    )
  }

  #tell(line: string): void {
    this.#site.log.error({}, redactor(this.#config.secrets)(line))
  }

  #retire(provider: Provider): void {
    if (!this.#own.has(provider) || this.#retired.has(provider)) return
    const close = () => {
      this.#own.delete(provider)
      this.#retired.delete(provider)
      void closeAll([provider], this.#clock)
    }
    this.#retired.set(provider, this.#clock.startTimer(RETIRED_AFTER_MS, close))
  }
}

/** The file may be right: whoever was asked could not answer. */
function passes(thrown: unknown): boolean {
  const { kind } = thrown instanceof PartFailed ? thrown.error : asOutsideError(thrown)
  return kind === 'transient' || kind === 'rate-limited'
}
