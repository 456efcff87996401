import type { MachineStatus } from '@woodpeckers/autoscaler-observer'
import type { Doing } from '../timeline/doing.ts'

type MemberState = MachineStatus['state']

/** The colour of a state: that of what such a machine does on the timeline. */
const kinds: Readonly<Record<MemberState, Doing>> = {
  silent: 'trouble',
  lost: 'trouble',
  orphan: 'trouble',
  zombie: 'trouble',
  busy: 'busy',
  booting: 'booting',
  launching: 'booting',
  idle: 'idle',
  draining: 'draining',
  drained: 'draining',
  cordoned: 'draining',
  ending: 'draining',
  parked: 'parked',
}

const ranks = [...new Set(Object.values(kinds))]

/** A state of a newer server has a colour too. */
export function stateKind(state: MemberState): Doing {
  return kinds[state] ?? 'trouble'
}

/** Whose cordon it is matters: ours ends with the machine. */
export function stateWord(state: MemberState): string {
  return state === 'cordoned' ? 'cordoned by someone else' : state
}

/** Those that somebody should look at first, then by what they do, then the oldest. */
export function sortMachines(machines: readonly MachineStatus[]): readonly MachineStatus[] {
  return [...machines].sort(
    (one, other) =>
      ranks.indexOf(stateKind(one.state)) - ranks.indexOf(stateKind(other.state)) ||
      (one.sinceAt ?? 0) - (other.sinceAt ?? 0) ||
      one.name.localeCompare(other.name),
  )
}
