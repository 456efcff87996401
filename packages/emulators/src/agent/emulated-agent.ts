import { type Clock, type Random, sleep } from '@woodpeckers/autoscaler-core'
import { type AgentLink, type Assignment, type JobState, ServerUnreachable } from './agent-link.ts'
import { type AgentSettings, defaultAgentSettings } from './agent-settings.ts'
import { Backoff } from './backoff.ts'
import { Lifetime, ProcessEnded } from './lifetime.ts'

/** Does a workflow's work; rejects when the signal aborts. */
export type RunJob = (job: Assignment, signal: AbortSignal) => Promise<'success' | 'failure'>

/** How an agent's process came to its end; `vanished`: nobody was told. */
export type AgentExit = 'terminated' | 'killed' | 'vanished' | 'one-workflow-done' | 'gave-up'

export interface EmulatedAgentOptions {
  readonly link: AgentLink
  readonly clock: Clock
  readonly random: Random
  readonly settings?: Partial<AgentSettings>
  /** Without it the job is only time that passes. */
  readonly runJob?: RunJob
}

/** A Woodpecker agent's process: asks for work, runs it, keeps in contact, and fails as the real one does. */
export class EmulatedAgent {
  readonly settings: AgentSettings
  /** Settles when the process is gone. */
  readonly exited: Promise<AgentExit>
  readonly #link: AgentLink
  readonly #clock: Clock
  readonly #random: Random
  readonly #runJob: RunJob
  readonly #life: Lifetime
  /** Aborted = its connections broke: not so when its machine vanishes. */
  readonly #connection: AbortController = new AbortController()
  readonly #polling: AbortController = new AbortController()
  readonly #jobs: Map<string, AbortController> = new Map()
  #resolveExited: (how: AgentExit) => void = () => {}
  #agentId: number | undefined

  constructor({ link, clock, random, settings, runJob }: EmulatedAgentOptions) {
    this.#link = link
    this.#clock = clock
    this.#random = random
    this.settings = { ...defaultAgentSettings, ...settings }
    this.#runJob = runJob ?? ((job, signal) => sleep(clock, job.durationMs, signal).then(() => job.outcome))
    this.#life = new Lifetime(clock)
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve
    })
  }

  /** Workflows in hand. */
  get running(): number {
    return this.#jobs.size
  }

  /** Of its record; `undefined` until it has registered. */
  get agentId(): number | undefined {
    return this.#agentId
  }

  get alive(): boolean {
    return !this.#life.over
  }

  start(): void {
    this.#main().catch(() => this.#exit('gave-up'))
  }

  /** SIGTERM: what it runs is canceled and reported as killed, then it goes. Its record stays. */
  async terminate(): Promise<void> {
    this.#polling.abort()
    const jobs = [...this.#jobs.values()]
    for (const job of jobs) job.abort()
    try {
      while (this.#jobs.size > 0) await this.#life.pause(5)
      if (this.settings.forgetful) await this.#life.hear(this.#link.unregister(this.#connection.signal))
      await this.#life.pause(this.settings.timing.exitMs)
    } catch {
      // It was killed meanwhile, or the server is away: gone all the same.
    }
    this.#exit('terminated')
  }

  /** SIGKILL: connections break at once, so the server sends its idle slots away; its work is lost. */
  kill(): void {
    this.#exit('killed')
  }

  /** The machine is gone without a word: the server believes that its idle slots still ask. */
  vanish(): void {
    this.#life.end()
    this.#resolveExited('vanished')
  }

  /** SIGSTOP: its connections stay, so it may still be given work. */
  freeze(): void {
    this.#life.freeze()
  }

  /** SIGCONT. */
  thaw(): void {
    this.#life.thaw()
  }

  #exit(how: AgentExit): void {
    this.#life.end()
    this.#connection.abort()
    this.#resolveExited(how)
  }

  async #main(): Promise<void> {
    const { settings } = this
    await this.#life.pause(settings.timing.startMs)
    this.#agentId = await this.#call((signal) =>
      this.#link.register(
        {
          platform: settings.platform,
          backend: settings.backend,
          capacity: settings.singleWorkflow ? 1 : settings.maxWorkflows,
          version: settings.version,
          customLabels: settings.labels,
          hostname: settings.hostname,
        },
        signal,
      ),
    )
    const slots = settings.deaf ? 0 : settings.singleWorkflow ? 1 : settings.maxWorkflows
    const loops = [this.#keepInContact(), ...Array.from({ length: slots }, () => this.#work())]
    await Promise.all(loops.map((loop) => loop.catch(() => {})))
  }

  async #keepInContact(): Promise<void> {
    for (;;) {
      await this.#unlessRefused(this.#call((signal) => this.#link.reportHealth(signal)))
      await this.#life.pause(this.settings.timing.heartbeatMs)
    }
  }

  /** One slot: asks, works, asks again; for ever in vain if its record is gone. */
  async #work(): Promise<void> {
    const { timing, singleWorkflow } = this.settings
    while (!this.#polling.signal.aborted) {
      const job = await this.#unlessRefused(this.#call((signal) => this.#poll(signal)))
      if (this.#polling.signal.aborted) return
      if (job) await this.#runAndReport(job)
      if (singleWorkflow) return this.#exit('one-workflow-done')
      await this.#life.pause(job ? timing.tearDownMs : timing.retryPollMs)
    }
  }

  #poll(signal: AbortSignal): Promise<Assignment | undefined> {
    const { labels, hostname, platform, backend } = this.settings
    const offer = { hostname, platform, backend, repo: '*', ...labels }
    return this.#link.next(offer, AbortSignal.any([signal, this.#polling.signal]))
  }

  async #runAndReport(job: Assignment): Promise<void> {
    const { taskId } = job
    const canceled = new AbortController()
    this.#jobs.set(taskId, canceled)
    const over = new AbortController()
    try {
      await this.#life.pause(this.settings.timing.setUpMs)
      await this.#call((signal) => this.#link.init(taskId, signal))
      this.#cancelWhenTold(taskId, canceled, over.signal)
      this.#extendUntil(taskId, over.signal).catch(() => {})
      await this.#unlessRefused(this.#call((signal) => this.#link.update(taskId, signal)))
      const state = await this.#life.hear(this.#outcome(job, canceled.signal))
      await this.#unlessRefused(this.#call((signal) => this.#link.update(taskId, signal)))
      await this.#call((signal) => this.#link.done(taskId, state, signal))
    } catch (error) {
      if (error instanceof ProcessEnded) throw error
    } finally {
      over.abort()
      this.#jobs.delete(taskId)
    }
  }

  async #outcome(job: Assignment, signal: AbortSignal): Promise<JobState> {
    try {
      return await this.#runJob(job, signal)
    } catch {
      await this.#life.pause(this.settings.timing.cancelMs)
      return 'killed'
    }
  }

  /** Asks to be told of a cancellation; whoever cannot ask for too long gives the job up. */
  #cancelWhenTold(taskId: string, canceled: AbortController, over: AbortSignal): void {
    this.#call((signal) => this.#link.wait(taskId, AbortSignal.any([signal, over])), over).then(
      (ended) => ended.canceled && canceled.abort(),
      () => canceled.abort(),
    )
  }

  async #extendUntil(taskId: string, over: AbortSignal): Promise<void> {
    for (;;) {
      await this.#life.pause(this.settings.timing.extendMs, over)
      await this.#unlessRefused(this.#call((signal) => this.#link.extend(taskId, signal), over))
    }
  }

  /** Tries while the server cannot be reached; the time allowed for it counts from the call's beginning. */
  async #call<T>(attempt: (signal: AbortSignal) => Promise<T>, over?: AbortSignal): Promise<T> {
    const { retryTimeoutMs } = this.settings
    const beganAt = this.#clock.now()
    const backoff = new Backoff(this.#random)
    for (;;) {
      over?.throwIfAborted()
      try {
        return await this.#life.hear(attempt(this.#connection.signal))
      } catch (error) {
        if (!(error instanceof ServerUnreachable)) throw error
        if (retryTimeoutMs > 0 && this.#clock.now() - beganAt >= retryTimeoutMs) throw error
        if (this.#polling.signal.aborted && this.#jobs.size === 0) throw error
      }
      await this.#life.pause(backoff.nextMs(), over)
    }
  }

  /** The real agent logs a refusal, and goes on. */
  async #unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work
    } catch (error) {
      if (error instanceof ProcessEnded) throw error
      return undefined
    }
  }
}
