import type { MemberState } from '@woodpeckers/autoscaler-core'
import type { Phase } from '../views/history-view.ts'

/** What a machine in this state is doing, for a bar; `undefined`: there is no machine. */
export function doingOf(state: MemberState): Phase['doing'] | undefined {
  switch (state) {
    case 'launching':
    case 'booting':
      return 'booting'
    case 'idle':
    case 'busy':
    case 'parked':
      return state
    case 'draining':
    case 'drained':
    case 'cordoned':
    case 'ending':
      return 'draining'
    case 'silent':
    case 'lost':
    case 'orphan':
      return 'trouble'
    case 'zombie':
      return undefined
    default:
      return state satisfies never
  }
}

/** Adds what is done from now on; of more than `limit` phases the shortest becomes a part of the one before it. */
export function addPhase(phases: Phase[], next: Phase, limit: number): void {
  if (phases.at(-1)?.doing === next.doing) return
  phases.push(next)
  if (phases.length > limit) dropShortest(phases)
}

/** The first and the last stay: one says when it began, the other goes on. */
function dropShortest(phases: Phase[]): void {
  let at = -1
  let shortestMs = Number.POSITIVE_INFINITY
  for (let index = 1; index < phases.length - 1; index++) {
    const tookMs = phases[index + 1]!.fromAt - phases[index]!.fromAt
    if (tookMs < shortestMs) [at, shortestMs] = [index, tookMs]
  }
  if (at < 0) return
  // Its neighbours may do the same: then they are one.
  const isBridge = phases[at - 1]!.doing === phases[at + 1]!.doing
  phases.splice(at, isBridge ? 2 : 1)
}
