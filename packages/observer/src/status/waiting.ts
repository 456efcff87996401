import type { Fate, HeldFate, TickReport } from '@woodpeckers/autoscaler-core'

/** Tasks that an agent could start, by what comes for them. */
export interface Waiting {
  readonly total: number
  /** A slot is free for them: they start in a moment. */
  readonly starting: number
  /** A machine boots, is made, or is called back for them. */
  readonly coming: number
  /** Nothing comes for them; that which holds up most of them first. */
  readonly held: readonly { readonly fate: HeldFate; readonly count: number }[]
}

export function countWaiting({ snapshot, plan }: Pick<TickReport, 'snapshot' | 'plan'>): Waiting {
  let [total, starting, coming] = [0, 0, 0]
  const held = new Map<string, { fate: HeldFate; count: number }>()
  for (const { id, state } of snapshot.queue.ok ? snapshot.queue.value.tasks : []) {
    if (state !== 'pending') continue
    total++
    const fate = plan.fates.get(id)
    if (!fate) continue
    if (isComing(fate)) coming++
    else if (fate.kind === 'free-slot') starting++
    else if (fate.kind === 'held') {
      const key = `${fate.because}\n${fate.pool ?? ''}`
      const known = held.get(key)
      if (known) known.count++
      else held.set(key, { fate, count: 1 })
    }
  }
  return { total, starting, coming, held: [...held.values()].sort((a, b) => b.count - a.count) }
}

function isComing({ kind }: Fate): boolean {
  return kind === 'booting' || kind === 'launched' || kind === 'called-back' || kind === 'shares'
}
