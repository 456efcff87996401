import {
  type Agent,
  type Clock,
  type CreatedAgent,
  type Deletion,
  isNameOfPool,
  type NewAgent,
  type Random,
  type ServerSignal,
} from '@woodpeckers/autoscaler-core'
import type { TraceArrival } from '../format/trace.ts'
import type { TracePool } from '../play/trace-settings.ts'
import type { Dependents } from './dependents.ts'
import { type Job, newJob } from './job.ts'
import { LeanAgent } from './lean-agent.ts'
import { LeanQueue } from './lean-queue.ts'
import { TaskKinds } from './task-kinds.ts'

/** From the start of an agent's process to its registration; from taking a task to its beginning. */
const START_MS = 35
const SET_UP_MS = 10
/** A slot that was sent away asks again after so long. */
const RETRY_POLL_MS = 5_000
/** The client tells of a burst of events so long after the first of them. */
const EVENT_MS = 300

export interface LeanServerOptions {
  /** Of the world: the engine is not among those who hear its timers. */
  readonly clock: Clock
  readonly random: Random
  readonly pools: readonly TracePool[]
  readonly dependents: Dependents
  /** A record was made. */
  readonly onCreate: (agent: LeanAgent) => void
  /** A job has started or ended. */
  readonly onMove: () => void
  /** Something was told to the engine. */
  readonly onSignal: () => void
}

/**
 * Woodpecker in memory, for the engine and the lean world alike, without faults: it answers at once, and does
 * nothing but at arrivals, starts and ends.
 */
export class LeanServer {
  readonly queue: LeanQueue
  readonly kinds: TaskKinds
  readonly agents: Map<string, LeanAgent> = new Map()
  readonly #byName: Map<string, LeanAgent> = new Map()
  readonly #options: LeanServerOptions
  #tell: (signal: ServerSignal) => void = () => {}
  #eventIsDue = false
  /** Task ids by ids of the trace. */
  readonly #taskIds: Map<string, string> = new Map()
  #lastId = 0
  #lastJob = 0

  constructor(options: LeanServerOptions) {
    const { clock, random, pools } = options
    this.#options = options
    this.kinds = new TaskKinds(pools.map(({ policy }) => policy.offer))
    this.queue = new LeanQueue({ clock, random, pools: pools.length, onStart: (job) => this.#begin(job) })
  }

  /** `undefined`: no pool's agents could ever take it. */
  order({ labels: raw, durationMs, id, after = [] }: TraceArrival): Job | undefined {
    const { clock, dependents } = this.#options
    const labels = this.kinds.intern(raw)
    const kind = this.kinds.of(labels)
    if (!kind.scores.some((score) => score > 0)) {
      if (id !== undefined) this.#release(id)
      return undefined
    }
    const open = dependents.openOf(after)
    const job = newJob({
      number: ++this.#lastJob,
      labels,
      kind,
      at: clock.now(),
      durationMs,
      traceId: id,
      dependencies: open.map((other) => this.#taskIds.get(other) ?? other),
    })
    if (id !== undefined) this.#taskIds.set(id, job.task.id)
    if (open.length > 0) dependents.add(job, open)
    this.queue.push(job)
    this.#changed()
    return job
  }

  /** A machine has booted: its agent, if there is a record of it, registers and asks for work. */
  boot(name: string): void {
    this.#options.clock.startTimer(START_MS, () => {
      const agent = this.#byName.get(name)
      if (!agent) return
      agent.register(this.#options.clock.now())
      this.#poll(agent)
    })
  }

  agentOn(name: string): LeanAgent | undefined {
    return this.#byName.get(name)
  }

  /** A machine is gone or stopped. @throws Error when its agent worked: the engine has broken its promise */
  vanish(name: string): void {
    const agent = this.#byName.get(name)
    if (!agent) return
    if (agent.running > 0) throw new Error(`${name} was ended while its agent worked`)
    this.queue.slots.removeAll(agent)
    agent.vanish(this.#options.clock.now())
  }

  /** Who is told that something has changed. */
  listen(onSignal: (signal: ServerSignal) => void): void {
    this.#tell = onSignal
  }

  create({ name, slots, cordoned = false }: NewAgent): CreatedAgent {
    const { clock, pools, onCreate } = this.#options
    const now = clock.now()
    const poolAt = pools.findIndex(({ policy }) => isNameOfPool(name, policy.id))
    const { offer } = pools[poolAt]!.policy
    const id = String(++this.#lastId)
    const agent = new LeanAgent({ id, name, poolAt, capacity: slots, offer, cordoned }, now)
    this.agents.set(agent.id, agent)
    this.#byName.set(name, agent)
    onCreate(agent)
    return { agent: agent.record(now), environment: {}, image: '' }
  }

  setCordon(id: string, cordoned: boolean): Agent | undefined {
    const agent = this.agents.get(id)
    if (!agent) return undefined
    const now = this.#options.clock.now()
    if (cordoned && !agent.cordoned) agent.kickedAt = now
    if (cordoned) this.queue.slots.removeAll(agent)
    else if (agent.cordoned) {
      const waitMs = RETRY_POLL_MS - ((now - agent.kickedAt) % RETRY_POLL_MS)
      this.#options.clock.startTimer(waitMs, () => this.#poll(agent))
    }
    agent.setCordon(cordoned, now)
    return agent.record(now)
  }

  delete(id: string): Deletion {
    const agent = this.agents.get(id)
    if (!agent) return 'already-gone'
    if (agent.running > 0) return 'busy'
    this.queue.slots.removeAll(agent)
    this.agents.delete(id)
    this.#byName.delete(agent.name)
    return 'deleted'
  }

  /** Each free slot of the agent asks, if it may. */
  #poll(agent: LeanAgent): void {
    if (!agent.isUp || agent.cordoned || !this.agents.has(agent.id)) return
    while (agent.polling + agent.running < agent.capacity) this.queue.poll(agent)
  }

  #begin(job: Job): void {
    const { clock, pools, onMove } = this.#options
    const agent = job.agent!
    const startedAt = clock.now()
    job.startedAt = startedAt
    agent.begin(startedAt)
    onMove()
    this.#changed()
    const { speed = 1 } = pools[agent.poolAt]!
    clock.startTimer(SET_UP_MS + Math.round(job.durationMs / speed), () => {
      this.queue.done(job)
      if (job.traceId !== undefined) this.#release(job.traceId)
      agent.end(startedAt, clock.now())
      this.#poll(agent)
      this.#changed()
      onMove()
    })
  }

  #release(traceId: string): void {
    for (const freed of this.#options.dependents.ended(traceId)) this.queue.release(freed)
  }

  #changed(): void {
    if (this.#eventIsDue) return
    this.#eventIsDue = true
    this.#options.clock.startTimer(EVENT_MS, () => {
      this.#eventIsDue = false
      this.#tell('changed')
      this.#options.onSignal()
    })
  }
}
