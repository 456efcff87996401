import { type Clock, sleep } from '@woodpeckers/autoscaler-core'
import { type AgentLink, type Assignment, ServerUnreachable } from '@woodpeckers/autoscaler-emulators'

/** What an agent's line is told of, by the world: what really happened on it. */
export interface LineWatch {
  readonly onContact: () => void
  readonly onTaken: (taskId: string) => void
  readonly onDelivered: (taskId: string) => void
}

/** The connection of an agent to its server, which can be cut for a while. */
export class AgentLine implements AgentLink {
  readonly #link: AgentLink
  readonly #clock: Clock
  readonly #watch: LineWatch
  #cut: AbortController = new AbortController()
  #cutUntil = 0

  constructor(link: AgentLink, clock: Clock, watch: LineWatch) {
    this.#link = link
    this.#clock = clock
    this.#watch = watch
  }

  /** Breaks what is open; nothing gets through for so long. */
  cut(forMs: number): void {
    this.#cutUntil = this.#clock.now() + forMs
    this.#cut.abort()
    this.#cut = new AbortController()
  }

  register(...[info, signal]: Parameters<AgentLink['register']>): Promise<number> {
    return this.#through(signal, (both) => this.#link.register(info, both))
  }

  unregister(signal: AbortSignal): Promise<void> {
    return this.#through(signal, (both) => this.#link.unregister(both))
  }

  async next(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Assignment | undefined> {
    const job = await this.#through(signal, (both) => this.#link.next(labels, both))
    if (job) this.#watch.onTaken(job.taskId)
    return job
  }

  wait(taskId: string, signal: AbortSignal): Promise<{ readonly canceled: boolean }> {
    return this.#through(signal, (both) => this.#link.wait(taskId, both))
  }

  init(taskId: string, signal: AbortSignal): Promise<void> {
    return this.#through(signal, (both) => this.#link.init(taskId, both))
  }

  update(taskId: string, signal: AbortSignal): Promise<void> {
    return this.#through(signal, (both) => this.#link.update(taskId, both))
  }

  extend(taskId: string, signal: AbortSignal): Promise<void> {
    return this.#through(signal, (both) => this.#link.extend(taskId, both))
  }

  async done(...[taskId, state, signal]: Parameters<AgentLink['done']>): Promise<void> {
    await this.#through(signal, (both) => this.#link.done(taskId, state, both))
    this.#watch.onDelivered(taskId)
  }

  async reportHealth(signal: AbortSignal): Promise<void> {
    await this.#through(signal, (both) => this.#link.reportHealth(both))
    this.#watch.onContact()
  }

  async #through<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#clock.now() < this.#cutUntil) {
      // A connection that does not come about takes a moment to fail.
      await sleep(this.#clock, 1_000, signal)
      throw new ServerUnreachable('cut off')
    }
    const cut = this.#cut.signal
    const answer = await call(AbortSignal.any([signal, cut]))
    if (cut.aborted) throw new ServerUnreachable('cut off')
    return answer
  }
}
