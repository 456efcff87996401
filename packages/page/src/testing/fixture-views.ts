import { type Explanation, explainTask } from '@woodpeckers/autoscaler-core'
import type { EventView, HistoryView, MachineView, StatusView } from '@woodpeckers/autoscaler-observer'
import type { PlayedFleet } from './play-fleet.ts'

/** All that the HTTP interface answers, of one fleet at one time. */
export interface FixtureViews {
  readonly status: StatusView
  readonly history: HistoryView
  readonly events: readonly EventView[]
  readonly machine: (name: string) => MachineView
  readonly explain: (task: string) => readonly Explanation[]
}

const EVENTS = 200

export function viewsOf({ observer, report }: PlayedFleet): FixtureViews {
  return {
    status: observer.status(),
    history: observer.history(),
    events: observer.events(undefined, EVENTS),
    machine: (name) => observer.machine(name),
    explain: (task) => [explainTask(task, report)].filter((explanation) => explanation !== undefined),
  }
}
