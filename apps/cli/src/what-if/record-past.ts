import { counted, parseDuration, silentLog } from '@woodpeckers/autoscaler-core'
import { recordHistory, traceText } from '@woodpeckers/autoscaler-traces'
import { createPipelineHistory } from '@woodpeckers/autoscaler-woodpecker'
import { EXIT, refuse } from '../cli.ts'
import type { CommandContext } from '../commands/index.ts'
import type { ServerSettings } from '../settings/cli-schema.ts'
import { filesInTheWay, writeNew } from '../write-new.ts'
import { listOf } from './hints.ts'
import { progressLine } from './progress-line.ts'

const DEFAULT_SINCE = '7d'

/** Reads what the server still knows of the past; answers the exit code. */
export async function recordPast(
  settings: ServerSettings,
  context: CommandContext,
  signal: AbortSignal,
): Promise<number> {
  const { switches, clock, random, stderr } = context
  const since = String(switches['since'] ?? DEFAULT_SINCE)
  const sinceMs = parseDays(since)
  const labels = listOf(switches['label']).map((text) => /^([^=\s]+)=(.*)$/s.exec(text))
  const problems = [
    ...(sinceMs ? [] : [`--since is ${JSON.stringify(since)}: must be a duration, like 7d or 36h`]),
    ...(labels.includes(null) ? ['--label must be key=value, like platform=linux/amd64'] : []),
    ...filesInTheWay(['out'], context),
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
          progress.show(
            `${repo} (${repoNumber} of ${repos}): ${counted(pipelines, 'pipeline')}, ${counted(jobs, 'job')} so far`,
          ),
      },
      signal,
    )
    progress.clear()
    if (!reading.ok) return refuse(context, [`--repo: ${reading.problem}`])
    const { trace } = reading
    const text = traceText(trace, { source: 'history', names: plainNames ? 'plain' : 'hashed' })
    const problem = writeNew('out', text, context)
    if (problem !== undefined) return refuse(context, [problem])
    stderr.write(`${counted(trace.arrivals.length, 'job')} of the last ${since} kept\n`)
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
