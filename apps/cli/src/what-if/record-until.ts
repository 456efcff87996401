import { resolve } from 'node:path'
import { counted, silentLog } from '@woodpeckers/autoscaler-core'
import { openTraceFile, recordLive, TraceError, type TraceFile } from '@woodpeckers/autoscaler-traces'
import { EXIT, refuse } from '../cli.ts'
import type { CommandContext } from '../commands/index.ts'
import { openServer } from '../parts/open-server.ts'
import type { ServerSettings } from '../settings/cli-schema.ts'
import { oneLine } from '../terminal/one-line.ts'
import { progressLine } from './progress-line.ts'
import { newsLine } from './record-line.ts'

/** Keeps what comes to the server until the signal; answers the exit code. */
export async function recordUntil(
  settings: ServerSettings,
  context: CommandContext,
  signal: AbortSignal,
): Promise<number> {
  const { switches, clock, cwd, stderr } = context
  const out = String(switches['out'])
  const plainNames = switches['plainNames'] === true
  let file: TraceFile
  try {
    file = openTraceFile(resolve(cwd, out), { startAt: clock.now(), names: plainNames ? 'plain' : 'hashed' })
  } catch (error) {
    const why = error instanceof TraceError ? (error.problems[0]?.what ?? '') : (error as Error).message
    return refuse(context, [`--out is ${JSON.stringify(out)}, which cannot be gone on with: ${why}`])
  }
  if (file.jobsBefore > 0)
    stderr.write(`${out} has ${counted(file.jobsBefore, 'job')} already: going on with it\n`)
  const server = await openServer(settings, context, silentLog)
  const progress = progressLine(stderr)
  let trouble: string | undefined
  try {
    const news = await recordLive(
      {
        server,
        clock,
        file,
        labels: { plainNames, key: settings.serverToken },
        onNews: (news) => {
          if (news.trouble !== trouble && !stderr.isTTY)
            stderr.write(`${oneLine(news.trouble === undefined ? 'it goes on as before' : newsLine(news))}\n`)
          trouble = news.trouble
          progress.show(newsLine(news))
        },
      },
      signal,
    )
    progress.clear()
    stderr.write(`${newsLine({ ...news, trouble: undefined })}\n`)
    return EXIT.ok
  } finally {
    progress.clear()
    file.close(clock.now())
    await server.close()
  }
}
