import type { Clock, Random, Task } from '@woodpeckers/autoscaler-core'
import type { Job } from './job.ts'
import type { LeanAgent } from './lean-agent.ts'
import { Slots } from './slots.ts'
import type { TaskKind } from './task-kinds.ts'

/** The server gives out tasks in passes, one every so often. */
const PASS_MS = 100

interface Line {
  readonly kind: TaskKind
  /** In the order they came; those before `at` have gone. */
  jobs: Job[]
  at: number
}

export interface QueueOptions {
  readonly clock: Clock
  readonly random: Random
  readonly pools: number
  readonly onStart: (job: Job) => void
}

/** The queue of the server: the first task for which some slot asks is given to the best of these, until none is left. */
export class LeanQueue {
  readonly pending: Set<Job> = new Set()
  readonly running: Set<Job> = new Set()
  /** For other jobs. */
  readonly waiting: Set<Job> = new Set()
  readonly slots: Slots
  readonly #lines: Line[] = []
  readonly #clock: Clock
  readonly #onStart: (job: Job) => void
  readonly #startedAt: number
  #passIsDue = false

  constructor({ clock, random, pools, onStart }: QueueOptions) {
    this.#clock = clock
    this.#onStart = onStart
    this.#startedAt = clock.now()
    this.slots = new Slots(pools, random)
  }

  push(job: Job): void {
    if (job.task.state === 'waiting') this.waiting.add(job)
    else this.#enqueue(job)
  }

  /** What it waited for has ended. */
  release(job: Job): void {
    if (!this.waiting.delete(job)) return
    job.readyAt = this.#clock.now()
    job.task = { ...job.task, state: 'pending' }
    this.#enqueue(job)
  }

  #enqueue(job: Job): void {
    this.pending.add(job)
    const { number } = job.kind
    this.#lines[number] ??= { kind: job.kind, jobs: [], at: 0 }
    this.#lines[number].jobs.push(job)
    this.#passSoon()
  }

  /** A slot of the agent asks for work. */
  poll(agent: LeanAgent): void {
    this.slots.add(agent)
    this.#passSoon()
  }

  /** The job has ended. */
  done(job: Job): void {
    this.running.delete(job)
  }

  /** All of it, in the server's order. */
  tasks(): Task[] {
    const tasks: Task[] = []
    for (const { task } of this.pending) tasks.push(task)
    for (const { task } of this.waiting) tasks.push(task)
    for (const { task } of this.running) tasks.push(task)
    return tasks
  }

  #passSoon(): void {
    if (this.#passIsDue || this.pending.size === 0 || this.slots.count === 0) return
    this.#passIsDue = true
    const waitMs = PASS_MS - ((this.#clock.now() - this.#startedAt) % PASS_MS)
    this.#clock.startTimer(waitMs, () => {
      this.#passIsDue = false
      while (this.#assignOne()) {}
    })
  }

  #assignOne(): boolean {
    const line = this.#firstServable()
    const agent = line && this.slots.take(line.kind)
    if (!agent) return false
    const job = line.jobs[line.at++]!
    if (line.at > 1_000) {
      line.jobs = line.jobs.slice(line.at)
      line.at = 0
    }
    this.pending.delete(job)
    this.running.add(job)
    job.task = { ...job.task, state: 'running', agentId: agent.id }
    job.agent = agent
    this.#onStart(job)
    return true
  }

  /** Of the kinds for which some slot asks, the one whose first job has waited longest. */
  #firstServable(): Line | undefined {
    let first: Line | undefined
    for (const line of this.#lines) {
      if (!line || line.at >= line.jobs.length || this.slots.bestScore(line.kind) === 0) continue
      if (!first || Number(line.jobs[line.at]!.task.id) < Number(first.jobs[first.at]!.task.id)) first = line
    }
    return first
  }
}
