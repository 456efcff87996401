import type { MemberState, Outcome, PoolId, TickReport } from '@woodpeckers/autoscaler-core'

export type BootPhase = 'asked-to-created' | 'created-to-connected' | 'connected-to-work'

export interface BootStep {
  readonly pool: PoolId
  readonly phase: BootPhase
  readonly tookMs: number
}

interface Launched {
  readonly pool: PoolId
  readonly createdAt: number
  connectedAt: number | undefined
}

const CONNECTED: ReadonlySet<MemberState> = new Set(['idle', 'busy', 'draining', 'drained', 'cordoned'])
/** Launched, and without work yet: one that never works is forgotten with its machine, or when there are too many. */
const FOLLOWED_AT_MOST = 5_000

/** Follows what this process launched: from the wish to the machine, to its agent's contact, to its first task. */
export class BootPhases {
  readonly #launched = new Map<string, Launched>()

  onOutcome({ action, name, result, at, tookMs }: Outcome): readonly BootStep[] {
    if (action.kind === 'terminate' || action.kind === 'forget') this.#launched.delete(name)
    if (action.kind !== 'launch' || result !== 'done') return []
    this.#launched.set(name, { pool: action.pool, createdAt: at, connectedAt: undefined })
    if (this.#launched.size > FOLLOWED_AT_MOST) this.#launched.delete(this.#launched.keys().next().value!)
    return [{ pool: action.pool, phase: 'asked-to-created', tookMs }]
  }

  onTick({ plan, snapshot: { takenAt } }: Pick<TickReport, 'plan' | 'snapshot'>): readonly BootStep[] {
    if (this.#launched.size === 0) return []
    const steps: BootStep[] = []
    for (const { members } of plan.pools)
      for (const { name, state, running } of members) {
        const launched = this.#launched.get(name)
        if (!launched || !CONNECTED.has(state)) continue
        const { pool, createdAt } = launched
        if (launched.connectedAt === undefined) {
          launched.connectedAt = takenAt
          steps.push({ pool, phase: 'created-to-connected', tookMs: Math.max(0, takenAt - createdAt) })
        }
        if (running === 0) continue
        steps.push({ pool, phase: 'connected-to-work', tookMs: takenAt - launched.connectedAt })
        this.#launched.delete(name)
      }
    return steps
  }
}
