import { setTimeout as sleep } from 'node:timers/promises'

/** Does something again and again until it is stopped; what it threw is thrown by `stop`. */
export class Rounds {
  readonly #stop = new AbortController()
  readonly #running: Promise<void>

  /** `round` may wait with `pause`, which ends at once when the rounds are stopped. */
  constructor(round: (pause: (ms: number) => Promise<void>) => Promise<void>) {
    this.#running = this.#run(round)
    // Said at once: until somebody stops it, others may wait in vain for what it does.
    this.#running.catch((error) => console.error(error))
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(round: (pause: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
    const { signal } = this.#stop
    const pause = async (ms: number): Promise<void> => {
      await sleep(ms, undefined, { signal }).catch(() => {})
    }
    while (!signal.aborted) await round(pause)
  }
}
