import type { PipelineRow, RepoRow } from './rows.ts'

interface Listener {
  readonly login: string | undefined
  /** Private repositories that it may see: fixed when it connects. */
  readonly privateRepos: ReadonlySet<number>
  readonly onEvent: (repo: RepoRow, pipeline: PipelineRow) => void
  readonly onEnd: () => void
}

/** Tells listeners of pipelines, and of nothing else: no freed dependency, ended lease, pause or agent. */
export class Events {
  readonly #listeners: Set<Listener> = new Set()
  /** Comes between an event and each listener, to lose it, or send it late or twice. */
  deliver: ((send: () => void) => void) | undefined

  listen(
    login: string | undefined,
    repos: Iterable<RepoRow>,
    onEvent: Listener['onEvent'],
    onEnd: () => void,
  ): () => void {
    const privateRepos = new Set<number>()
    for (const repo of repos) {
      if (login !== undefined && repo.members.includes(login)) privateRepos.add(repo.id)
    }
    const listener: Listener = { login, privateRepos, onEvent, onEnd }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(repo: RepoRow, pipeline: PipelineRow): void {
    for (const listener of this.#listeners) {
      if (repo.visibility !== 'public' && !listener.privateRepos.has(repo.id)) continue
      const send = () => {
        if (this.#listeners.has(listener)) listener.onEvent(repo, pipeline)
      }
      if (this.deliver) this.deliver(send)
      else send()
    }
  }

  /** The server goes: every stream ends. */
  close(): void {
    for (const { onEnd } of this.#listeners) onEnd()
    this.#listeners.clear()
  }
}
