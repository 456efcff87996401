import { nameOf } from '../model/action-name.ts'
import { newAgentName } from '../model/names.ts'
import type { Action, Terminate } from '../model/plan.ts'
import type { PoolId } from '../model/pool.ts'
import type { Outcome } from '../model/report.ts'
import type { Operation } from '../model/snapshot.ts'
import { asOutsideError } from '../ports/errors.ts'
import type { Random } from '../ports/random.ts'
import {
  checkOrphan,
  deleteRecord,
  LaunchFailed,
  launch,
  park,
  Refused,
  ServerFailed,
  setCordon,
  start,
  type Workbench,
} from './perform.ts'

/**
 * Actions that have begun and not ended. A tick starts them and does not wait: a cloud that hangs delays
 * neither the next look nor another pool. Each is known to the next snapshots by its name.
 */
export class Operations {
  readonly #underWay = new Map<string, Operation>()
  readonly #running = new Set<Promise<void>>()
  #benches: ReadonlyMap<PoolId, Workbench>
  readonly #random: Random
  readonly #onOutcome: (outcome: Outcome) => void

  constructor(
    benches: ReadonlyMap<PoolId, Workbench>,
    random: Random,
    onOutcome: (outcome: Outcome) => void,
  ) {
    this.#benches = benches
    this.#random = random
    this.#onOutcome = onOutcome
  }

  /** For actions that begin from now on. */
  useBenches(benches: ReadonlyMap<PoolId, Workbench>): void {
    this.#benches = benches
  }

  get underWay(): readonly Operation[] {
    return [...this.#underWay.values()]
  }

  /** The wall clock was set. */
  shift(byMs: number): void {
    for (const [name, operation] of this.#underWay)
      this.#underWay.set(name, { ...operation, startedAt: operation.startedAt + byMs })
  }

  start(action: Action): void {
    const bench = this.#benches.get(action.pool)
    if (!bench) return
    const name = nameOf(action) ?? newAgentName(action.pool, this.#random)
    if (this.#underWay.has(name)) return
    const startedAt = bench.clock.now()
    const begunAt = bench.clock.monotonic()
    const agentId = 'agent' in action ? action.agent?.id : undefined
    const operation: Operation = {
      kind: action.kind,
      pool: action.pool,
      name,
      startedAt,
      ...(agentId === undefined ? {} : { agentId }),
      ...(action.kind === 'terminate' || action.kind === 'forget' ? { reason: action.reason } : {}),
      ...(action.kind === 'launch' && action.forTask !== undefined ? { forTask: action.forTask } : {}),
      ...(action.kind === 'launch' && action.forClass !== undefined ? { forClass: action.forClass } : {}),
      ...(action.kind === 'launch' && action.machineType !== undefined
        ? { machineType: action.machineType }
        : {}),
    }
    const made = action.kind === 'launch' && { configuration: bench.pool.policy.configuration }
    this.#underWay.set(name, operation)
    const running = perform(action, name, bench)
      .then((result) => {
        const at = bench.clock.now()
        this.#underWay.delete(name)
        this.#onOutcome({ action, name, at, tookMs: bench.clock.monotonic() - begunAt, ...made, ...result })
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}

type Result = Omit<Outcome, 'action' | 'name' | 'at' | 'tookMs'>

async function perform(action: Action, name: string, bench: Workbench): Promise<Result> {
  let progress: Partial<Result> = {}
  try {
    switch (action.kind) {
      case 'launch':
        return { result: 'done', ...(await launch(name, action, bench)) }
      case 'start':
        return { result: 'done', ...(await start(action, bench)) }
      case 'cordon':
      case 'uncordon':
        return { result: 'done', agent: await setCordon(action, bench) }
      case 'park':
        await park(action, bench)
        return { result: 'done' }
      case 'terminate':
        for (const each of action.further ?? []) await deleteRecord(each, action.because, bench)
        if (action.agent) await deleteRecord(action.agent, action.because, bench)
        else await checkOrphan(action, bench)
        progress = { recordDeleted: true, ...(await lastWords(action, bench)) }
        await bench.cloud.remove(name, bench.signal)
        return { result: 'done', ...progress }
      case 'forget':
        await deleteRecord(action.agent, action.because, bench)
        return { result: 'done' }
      default:
        return action satisfies never
    }
  } catch (thrown) {
    if (thrown instanceof Refused) return { result: 'refused', detail: thrown.message }
    if (thrown instanceof LaunchFailed) {
      const { error, refusals, recordDeleted } = thrown
      return { result: 'failed', detail: error.message, error, failedAt: 'cloud', refusals, recordDeleted }
    }
    if (thrown instanceof ServerFailed) {
      const { error } = thrown
      return { result: 'failed', detail: error.message, error, failedAt: 'server', ...progress }
    }
    const error = asOutsideError(thrown)
    return { result: 'failed', detail: error.message, error, ...progress }
  }
}

/** Why a machine never connected, or fell silent, is often on its console. */
async function lastWords(
  { name, because }: Terminate,
  bench: Workbench,
): Promise<Pick<Outcome, 'consoleTail'>> {
  if (because !== 'lost' && because !== 'silent') return {}
  const consoleTail = await bench.cloud.consoleTail(name, bench.signal)
  return consoleTail ? { consoleTail } : {}
}
