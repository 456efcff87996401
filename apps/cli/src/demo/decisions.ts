import { type Action, nameOf, type Outcome, type TickReport } from '@woodpeckers/autoscaler-core'

/** One line for each kind of decision of a tick: six launches are one line. */
export function describeDecisions({ plan }: TickReport): readonly string[] {
  const groups = Map.groupBy(plan.actions, ({ kind, because }) => `${kind} ${because}`)
  return [...groups.values()].map((alike) => {
    const [first] = alike as [Action, ...Action[]]
    const which = alike.length > 1 ? ` ×${alike.length}` : ` ${shortName(nameOf(first))}`.trimEnd()
    return `${first.kind}${which}: ${first.reason}`
  })
}

/** What came of an action, where that is not what everybody expects. */
export function describeOutcome({ action, name, result, detail }: Outcome): string | undefined {
  if (result !== 'done') return `${action.kind} ${shortName(name)}: ${result}, ${detail ?? 'no reason given'}`
  return action.kind === 'terminate' ? `gone: ${shortName(name)}` : undefined
}

/** The part of a name that differs between the agents of one pool. */
export function shortName(name = ''): string {
  return name.slice(name.lastIndexOf('-') + 1)
}
