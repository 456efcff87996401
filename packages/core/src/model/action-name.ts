import type { Action, Launch } from './plan.ts'

/** The agent's and machine's name that the action is about; a launch has none yet, unless it repeats an earlier one. */
export function nameOf(action: Exclude<Action, Launch>): string
export function nameOf(action: Action): string | undefined
export function nameOf(action: Action): string | undefined {
  switch (action.kind) {
    case 'launch':
    case 'terminate':
    case 'start':
    case 'park':
      return action.name
    case 'cordon':
    case 'uncordon':
    case 'forget':
      return action.agent.name
    default:
      return action satisfies never
  }
}
