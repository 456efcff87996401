import { resolve } from 'node:path'
import { asOutsideError, parseDuration, silentLog } from '@woodpeckers/autoscaler-core'
import {
  openTraceFile,
  recordHistory,
  recordLive,
  TraceError,
  traceText,
} from '@woodpeckers/autoscaler-traces'
import { createPipelineHistory } from '@woodpeckers/autoscaler-woodpecker'
import { EXIT, refuse } from '../cli.ts'
import { readServer } from '../config/read-server.ts'
import { redactor } from '../logs/redact.ts'
import { openServer } from '../parts/open-server.ts'
import { stopSignals } from '../process/stop-signals.ts'
import type { ServerSettings } from '../settings/cli-schema.ts'
import { oneLine } from '../terminal/one-line.ts'
import { listOf } from '../what-if/hints.ts'
import { progressLine } from '../what-if/progress-line.ts'
import { newsLine } from '../what-if/record-line.ts'
import { writeNew } from '../what-if/write-new.ts'
import type { CommandContext } from './index.ts'

/**
 * Keeps which jobs come to the server, in a trace: live until a signal, or from its pipelines of the past. It changes
 * nothing there. Exit 1 when the server refuses, 2 for wrong settings.
 */
export async function record(context: CommandContext): Promise<number> {
  const { switches, stderr } = context
  const read = readServer(context)
  const history = switches['fromHistory'] === true
  const wrong = history ? [] : ['since', 'repo', 'label'].filter((name) => switches[name] !== undefined)
  const problems = [
    ...(read.ok ? [] : read.problems),
    ...(typeof switches['out'] === 'string' ? [] : ['--out is missing: the file that jobs are kept in']),
    ...wrong.map((name) => `--${name} is for --from-history: a live recording keeps all jobs from now on`),
  ]
  if (!read.ok || problems.length > 0) return refuse(context, problems)
  const redact = redactor(read.secrets)
  const stop = stopSignals(context, {})
  try {
    return history
      ? await fromHistory(read.server, context, stop.signal)
      : await live(read.server, context, stop.signal)
  } catch (error) {
    if (stop.signal.aborted) return EXIT.ok
    stderr.write(
      `${oneLine(redact(error instanceof Error ? asOutsideError(error).message : String(error)))}\n`,
    )
    return EXIT.failed
  } finally {
    stop.release()
  }
}

async function live(settings: ServerSettings, context: CommandContext, signal: AbortSignal): Promise<number> {
  const { switches, clock, cwd, stderr } = context
  const out = String(switches['out'])
  const plainNames = switches['plainNames'] === true
  let file: ReturnType<typeof openTraceFile>
  try {
    file = openTraceFile(resolve(cwd, out), { startAt: clock.now(), names: plainNames ? 'plain' : 'hashed' })
  } catch (error) {
    const why = error instanceof TraceError ? (error.problems[0]?.what ?? '') : (error as Error).message
    return refuse(context, [`--out is ${JSON.stringify(out)}, which cannot be gone on with: ${why}`])
  }
  if (file.jobsBefore > 0) stderr.write(`${out} has ${file.jobsBefore} jobs already: going on with it\n`)
  const server = await openServer(settings, context, silentLog)
  const progress = progressLine(stderr)
  let away: string | undefined
  try {
    const news = await recordLive(
      {
        server,
        clock,
        file,
        labels: { plainNames, key: settings.serverToken },
        onNews: (news) => {
          if (news.away !== away && !stderr.isTTY)
            stderr.write(
              `${oneLine(news.away === undefined ? 'the server answers again' : newsLine(news))}\n`,
            )
          away = news.away
          progress.show(newsLine(news))
        },
      },
      signal,
    )
    progress.clear()
    stderr.write(`${newsLine({ ...news, away: undefined })}\n`)
    return EXIT.ok
  } finally {
    progress.clear()
    file.close(clock.now())
    await server.close()
  }
}

const DEFAULT_SINCE = '7d'

async function fromHistory(
  settings: ServerSettings,
  context: CommandContext,
  signal: AbortSignal,
): Promise<number> {
  const { switches, clock, random, cwd, stderr } = context
  const since = String(switches['since'] ?? DEFAULT_SINCE)
  const sinceMs = parseDays(since)
  const labels = listOf(switches['label']).map((text) => /^([^=\s]+)=(.*)$/s.exec(text))
  const problems = [
    ...(sinceMs ? [] : [`--since is ${JSON.stringify(since)}: must be a duration, like 7d or 36h`]),
    ...(labels.includes(null) ? ['--label must be key=value, like platform=linux/amd64'] : []),
  ]
  if (!sinceMs || problems.length > 0) return refuse(context, problems)
  const plainNames = switches['plainNames'] === true
  const progress = progressLine(stderr)
  const history = createPipelineHistory({
    url: settings.serverUrl,
    token: settings.serverToken,
    clock,
    random,
    log: silentLog,
  })
  try {
    const reading = await recordHistory(
      {
        history,
        clock,
        sinceAt: Math.floor((clock.now() - sinceMs) / 1_000) * 1_000,
        repos: listOf(switches['repo']),
        moreLabels: Object.fromEntries(labels.flatMap((pair) => (pair ? [[pair[1]!, pair[2]!]] : []))),
        labels: { plainNames, key: settings.serverToken },
        onProgress: ({ repo, repoNumber, repos, pipelines, jobs }) =>
          progress.show(`${repo} (${repoNumber} of ${repos}): ${pipelines} pipelines, ${jobs} jobs so far`),
      },
      signal,
    )
    progress.clear()
    if (!reading.ok) return refuse(context, [`--repo: ${reading.problem}`])
    const { trace } = reading
    const text = traceText(trace, { source: 'history', names: plainNames ? 'plain' : 'hashed' })
    const problem = writeNew('--out', String(switches['out']), text, {
      cwd,
      force: switches['force'] === true,
    })
    if (problem !== undefined) return refuse(context, [problem])
    stderr.write(`${trace.arrivals.length} jobs of the last ${since} are kept\n`)
    return EXIT.ok
  } finally {
    progress.clear()
    await history.close()
  }
}

/** Days too: `7d`. */
function parseDays(text: string): number | undefined {
  const [, days] = /^(\d+(?:\.\d+)?)d$/.exec(text.trim()) ?? []
  return days === undefined ? parseDuration(text) : Number(days) * 24 * 3_600_000
}
