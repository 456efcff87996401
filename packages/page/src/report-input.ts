import type { HistoryView } from '@woodpeckers/autoscaler-observer'

/** What a report shows: runs side by side, the same time for all. */
export interface ReportInput {
  readonly title: string
  /** The keys of `summary` to be shown, in this order. */
  readonly summaryRows: readonly string[]
  readonly runs: readonly ReportRun[]
}

export interface ReportRun {
  readonly name: string
  readonly history: HistoryView
  /** Figures as they are to be read, by name. */
  readonly summary: Readonly<Record<string, string>>
}
