import type { Labels } from '../model/labels.ts'
import type { PoolId } from '../model/pool.ts'
import type { Task } from '../model/task.ts'
import type { Matching } from '../ports/ci-server.ts'
import type { FreeSlots } from './supply.ts'

interface Group {
  readonly agentClass: number
  /** `undefined`: of agents that are no pool's of ours. */
  readonly pool: PoolId | undefined
  readonly heldBack: boolean
  readonly labels: Labels
  /** Decides between groups that are as good; worked out when it has to. */
  rank?: string
  slots: number
}

/**
 * Which class of tasks fits which class of agents, for one plan: everything that is matched with anything
 * is numbered once, so that each pair of classes is scored once.
 */
export class Fit {
  readonly #matching: Matching
  /** By class of tasks, then of agents. */
  readonly #scores: (number | undefined)[][] = []
  readonly #taskClass = new Map<Task, number>()
  readonly #agentClass = new Map<FreeSlots['labels'], number>()
  readonly #taskSample = new Map<number, Task>()
  readonly #agentSample = new Map<number, FreeSlots['labels']>()

  constructor(matching: Matching, tasks: readonly Task[], offers: readonly FreeSlots['labels'][]) {
    this.#matching = matching
    const classes = matching.classify(
      tasks.map((task) => task.labels),
      offers,
    )
    tasks.forEach((task, at) => {
      const number = classes.tasks[at]!
      this.#taskClass.set(task, number)
      this.#taskSample.set(number, task)
    })
    offers.forEach((labels, at) => {
      const number = classes.agents[at]!
      this.#agentClass.set(labels, number)
      this.#agentSample.set(number, labels)
    })
  }

  classOf(task: Task): number {
    return this.#taskClass.get(task)!
  }

  /** How many of these tasks are of each class. */
  countByClass(tasks: readonly Task[]): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const task of tasks) {
      const taskClass = this.classOf(task)
      counts.set(taskClass, (counts.get(taskClass) ?? 0) + 1)
    }
    return counts
  }

  agentClassOf(labels: FreeSlots['labels']): number {
    return this.#agentClass.get(labels)!
  }

  /** 0 = never. */
  score(taskClass: number, agentClass: number): number {
    let ofTask = this.#scores[taskClass]
    if (!ofTask) {
      ofTask = []
      this.#scores[taskClass] = ofTask
    }
    let score = ofTask[agentClass]
    if (score === undefined) {
      score = this.#matching.score(
        this.#taskSample.get(taskClass)!.labels,
        this.#agentSample.get(agentClass)!,
      )
      ofTask[agentClass] = score
    }
    return score
  }
}

/** Slots that can be given away, best match first. */
export class SlotBoard {
  readonly #fit: Fit
  readonly #reserves: ReadonlySet<PoolId>
  readonly #groups: Group[] = []
  readonly #byKey = new Map<string, Group>()
  /** For each class of tasks the groups that it fits, best first; dropped when groups are added. */
  readonly #candidates = new Map<number, Group[]>()
  readonly #takenFrom = new Set<number>()

  /** `reserves`: pools that are to keep slots free; of slots that are as good, theirs go last. */
  constructor(fit: Fit, free: readonly FreeSlots[], reserves: ReadonlySet<PoolId> = new Set()) {
    this.#fit = fit
    this.#reserves = reserves
    for (const slots of free) this.add(slots)
  }

  add({ labels, slots, heldBack, pool }: Pick<FreeSlots, 'labels' | 'slots' | 'heldBack' | 'pool'>): void {
    const agentClass = this.#fit.agentClassOf(labels)
    const key = `${agentClass}/${heldBack}/${pool ?? ''}`
    const group = this.#byKey.get(key)
    if (group) {
      // An emptied group has left the candidates of some classes.
      if (group.slots === 0) this.#candidates.clear()
      group.slots += slots
      return
    }
    const added: Group = { agentClass, pool, heldBack, labels, slots }
    this.#byKey.set(key, added)
    this.#groups.push(added)
    this.#candidates.clear()
  }

  /** Takes one slot for a task of the class; `patient`: it has waited so long that held-back slots are no hope. */
  take(taskClass: number, patient: boolean): boolean {
    const agentClass = this.#takeFrom(taskClass, patient)
    if (agentClass !== undefined) this.#takenFrom.add(agentClass)
    return agentClass !== undefined
  }

  /** Takes a slot for which no agent is to be kept, such as one that leaves a task of the class alone. */
  takeUnmarked(taskClass: number): boolean {
    return this.#takeFrom(taskClass, false) !== undefined
  }

  #takeFrom(taskClass: number, patient: boolean): number | undefined {
    const candidates = this.#candidatesOf(taskClass)
    while (candidates.length > 0 && candidates[candidates.length - 1]!.slots === 0) candidates.pop()
    for (let at = candidates.length - 1; at >= 0; at--) {
      const group = candidates[at]!
      if (group.slots === 0 || (patient && group.heldBack)) continue
      group.slots--
      return group.agentClass
    }
    return undefined
  }

  /** Slots of a pool that nothing has taken. */
  leftOf(pool: PoolId): number {
    return this.#groups.reduce((sum, group) => (group.pool === pool ? sum + group.slots : sum), 0)
  }

  /** Whether some slot of this class of agents was taken: then none of them is idle for nothing. */
  wasTakenFrom(agentClass: number): boolean {
    return this.#takenFrom.has(agentClass)
  }

  #isReserve({ pool }: Group): boolean {
    return pool !== undefined && this.#reserves.has(pool)
  }

  /** Best last, so that what is used up can be cut off cheaply. */
  #candidatesOf(taskClass: number): Group[] {
    let candidates = this.#candidates.get(taskClass)
    if (!candidates) {
      candidates = this.#groups
        .filter((group) => group.slots > 0 && this.#fit.score(taskClass, group.agentClass) > 0)
        .sort(
          (a, b) =>
            this.#fit.score(taskClass, a.agentClass) - this.#fit.score(taskClass, b.agentClass) ||
            Number(this.#isReserve(b)) - Number(this.#isReserve(a)) ||
            // The same, in whatever order they were read.
            (rankOf(a) < rankOf(b) ? 1 : -1),
        )
      this.#candidates.set(taskClass, candidates)
    }
    return candidates
  }
}

function rankOf(group: Group): string {
  const { pool = '', heldBack, labels } = group
  group.rank ??= `${pool} ${heldBack} ${JSON.stringify(Object.entries(labels).sort())}`
  return group.rank
}
