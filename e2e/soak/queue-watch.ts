import { Rounds } from './rounds.ts'

/** A job's way from the server to an agent, as far as looks at the queue have shown it. */
export interface HandOver {
  /** The last look at which it was still pending, unseen by any agent. */
  readonly pendingAt: number
  /** The first look at which it was an agent's; undefined where no look has shown that. */
  readonly given: { readonly agent: string; readonly at: number } | undefined
}

interface QueuedTask {
  readonly id: string
  readonly agent_name: string
}

const LOOK_EVERY_MS = 250

/** Looks at the server's queue, past the proxy, to know whom each job was given to. */
export class QueueWatch {
  readonly handOvers: Map<string, HandOver> = new Map<string, HandOver>()
  /** At the last look. */
  pending = 0
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  start(): Rounds {
    return new Rounds(async (pause) => {
      await this.#look().catch(() => {})
      await pause(LOOK_EVERY_MS)
    })
  }

  async #look(): Promise<void> {
    const at = Date.now()
    const response = await fetch(`${this.#url}/api/queue/info`, {
      headers: { Authorization: 'Bearer admin-token' },
      signal: AbortSignal.timeout(2_000),
    })
    const { pending, running } = (await response.json()) as Record<'pending' | 'running', QueuedTask[]>
    this.pending = pending.length
    for (const { id } of pending) {
      // One whose lease has ended is pending once more: that is not its way to its agent.
      if (!this.handOvers.get(id)?.given) this.handOvers.set(id, { pendingAt: at, given: undefined })
    }
    for (const { id, agent_name } of running) {
      const known = this.handOvers.get(id)
      if (known?.given) continue
      this.handOvers.set(id, {
        pendingAt: known?.pendingAt ?? at - LOOK_EVERY_MS,
        given: { agent: agent_name, at },
      })
    }
  }
}
