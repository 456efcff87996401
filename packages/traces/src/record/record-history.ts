import { type Clock, type Labels, sleep } from '@woodpeckers/autoscaler-core'
import type { PipelineHistory, Repository } from '@woodpeckers/autoscaler-woodpecker'
import { TRACE_VERSION, type Trace, type TraceArrival } from '../format/trace.ts'
import { type LabelOptions, recordedLabels } from './recorded-labels.ts'

export interface RecordHistoryOptions {
  readonly history: PipelineHistory
  readonly clock: Clock
  readonly sinceAt: number
  /** By name. Without any: all. */
  readonly repos: readonly string[]
  /** Added to those of each job: the history knows none but repository and organisation. */
  readonly moreLabels: Labels
  readonly labels: LabelOptions
  readonly onProgress: (progress: HistoryProgress) => void
}

export interface HistoryProgress {
  readonly repo: string
  readonly repoNumber: number
  readonly repos: number
  readonly pipelines: number
  readonly jobs: number
}

export type HistoryReading =
  | { readonly ok: true; readonly trace: Trace }
  | { readonly ok: false; readonly problem: string }

/** Between two requests: a server that people work with has other things to do. */
const PAUSE_MS = 50

/**
 * Reads from the server's database what jobs there were, one request at a time. Jobs that waited for others are taken
 * to have come with their pipeline: the history does not say what they waited for.
 */
export async function recordHistory(
  { history, clock, sinceAt, repos: names, moreLabels, labels, onProgress }: RecordHistoryOptions,
  signal: AbortSignal,
): Promise<HistoryReading> {
  const call = { signal }
  const untilAt = clock.now()
  const found = await findRepos(history, names, call)
  if (!found.ok) return found
  const arrivals: TraceArrival[] = []
  let pipelines = 0
  for (const [index, repo] of found.repos.entries()) {
    const tell = () =>
      onProgress({
        repo: repo.name,
        repoNumber: index + 1,
        repos: found.repos.length,
        pipelines,
        jobs: arrivals.length,
      })
    tell()
    const kept = recordedLabels({ ...moreLabels, ...labelsOf(repo) }, labels)
    await sleep(clock, PAUSE_MS, signal)
    for (const pipeline of await history.pipelinesSince(repo, sinceAt, call)) {
      await sleep(clock, PAUSE_MS, signal)
      for (const { id, createdAt, startedAt, endedAt } of await history.jobs(repo, pipeline, call))
        arrivals.push({
          atMs: Math.max(0, createdAt - sinceAt),
          labels: kept,
          durationMs: endedAt - startedAt,
          id,
        })
      pipelines++
      tell()
    }
  }
  arrivals.sort((one, other) => one.atMs - other.atMs || Number(one.id) - Number(other.id))
  const spanMs = Math.max(untilAt - sinceAt, arrivals.at(-1)?.atMs ?? 0)
  return { ok: true, trace: { version: TRACE_VERSION, startAt: sinceAt, spanMs, arrivals } }
}

/** As the server gives them to each of its tasks. */
function labelsOf({ name, organisation }: Repository): Labels {
  return { repo: name, ...(organisation !== undefined && { 'org-id': String(organisation) }) }
}

async function findRepos(
  history: PipelineHistory,
  names: readonly string[],
  call: { readonly signal: AbortSignal },
): Promise<
  | { readonly ok: true; readonly repos: readonly Repository[] }
  | { readonly ok: false; readonly problem: string }
> {
  if (names.length === 0) return { ok: true, repos: await history.repositories(call) }
  const repos: Repository[] = []
  for (const name of names) {
    const repo = await history.repository(name, call)
    if (!repo) return { ok: false, problem: `there is no repository ${JSON.stringify(name)} for this token` }
    repos.push(repo)
  }
  return { ok: true, repos }
}
