import type { AgentId } from '../model/agent.ts'
import type { Task } from '../model/task.ts'
import { asQueued, type NewTask, newEntry, type TaskEntry } from './fake-task.ts'

/** The fake server's tasks: its queue (which forgets) and its database (which does not). */
export class FakeQueue {
  readonly entries: TaskEntry[] = []
  paused = false

  add(task: NewTask, createdAt: number): TaskEntry {
    const entry = newEntry(task, task.id ?? `task-${this.entries.length + 1}`, createdAt)
    if (this.find(entry.id)) throw new Error(`there is a task ${entry.id} already`)
    if (this.#waits(entry)) entry.queue = 'waiting'
    this.entries.push(entry)
    return entry
  }

  find(id: string): TaskEntry | undefined {
    return this.entries.find((entry) => entry.id === id)
  }

  visible(): readonly Task[] {
    return this.entries.flatMap((entry) =>
      entry.queue === 'gone' || entry.queue === 'forgotten' ? [] : [asQueued(entry, entry.queue)],
    )
  }

  /** Pending tasks that may be given out now, oldest first. */
  *startable(): Generator<TaskEntry> {
    if (this.paused) return
    for (const entry of this.entries) {
      if (entry.queue === 'pending' && this.#groupHasRoom(entry)) yield entry
    }
  }

  /** What deletion looks at: blind to tasks that a restart has made it forget. */
  hasRunning(agentId: AgentId): boolean {
    return this.entries.some((entry) => entry.queue === 'running' && entry.agentId === agentId)
  }

  hasAny(agentId: AgentId): boolean {
    return this.visible().some((task) => task.agentId === agentId)
  }

  begin(entry: TaskEntry, agentId: AgentId, at: number): void {
    Object.assign(entry, { queue: 'running', row: 'running', agentId, startedAt: at })
  }

  end(entry: TaskEntry, at: number): void {
    Object.assign(entry, { queue: 'gone', row: 'ended', endedAt: at, fate: 'done' })
    for (const waiting of this.entries) {
      if (waiting.queue === 'waiting' && !this.#waits(waiting)) waiting.queue = 'pending'
    }
  }

  /** A lease that was not renewed: it waits again, with the mark of the agent that lost it. */
  endLease(entry: TaskEntry): void {
    if (entry.queue === 'running') entry.queue = 'pending'
  }

  forgetRunning(): void {
    for (const entry of this.entries) if (entry.queue === 'running') entry.queue = 'forgotten'
  }

  #waits(entry: TaskEntry): boolean {
    return (entry.dependencies ?? []).some((id) => this.find(id)?.row !== 'ended')
  }

  #groupHasRoom({ concurrency }: TaskEntry): boolean {
    if (!concurrency) return true
    const running = this.entries.filter(
      (other) => other.queue === 'running' && other.concurrency?.group === concurrency.group,
    )
    return running.length < concurrency.limit
  }
}
