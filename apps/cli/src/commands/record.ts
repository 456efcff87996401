import { asOutsideError } from '@woodpeckers/autoscaler-core'
import { EXIT, refuse } from '../cli.ts'
import { readServer } from '../config/read-server.ts'
import { redactor } from '../logs/redact.ts'
import { stopSignals } from '../process/stop-signals.ts'
import { oneLine } from '../terminal/one-line.ts'
import { recordPast } from '../what-if/record-past.ts'
import { recordUntil } from '../what-if/record-until.ts'
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
      ? await recordPast(read.server, context, stop.signal)
      : await recordUntil(read.server, context, stop.signal)
  } catch (error) {
    if (stop.signal.aborted) {
      stderr.write('stopped: nothing is kept\n')
      return EXIT.ok
    }
    stderr.write(`server: ${oneLine(redact(asOutsideError(error).message))}\n`)
    return EXIT.failed
  } finally {
    stop.release()
  }
}
