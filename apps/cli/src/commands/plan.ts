import {
  asOutsideError,
  type CiServer,
  type OutsideError,
  type TickReport,
} from '@woodpeckers/autoscaler-core'
import { type Assembly, assemble } from '../assemble.ts'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { redactor } from '../logs/redact.ts'
import { PartFailed } from '../part-failed.ts'
import { planToJson } from '../plan/plan-json.ts'
import { renderPlan } from '../plan/plan-text.ts'
import { oneLine } from '../terminal/one-line.ts'
import { styleFor } from '../terminal/style.ts'
import type { CommandContext } from './index.ts'

/**
 * One dry pass: shows what would be done and why, and changes nothing. Exit 1 when something could not be
 * read, as the plan then is only what is safe without it.
 */
export async function plan(context: CommandContext): Promise<number> {
  // Standard output belongs to the plan.
  const beginning = await begin(context, context.stderr)
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { config, log } = beginning
  const redact = redactor(config.secrets)
  let assembly: Assembly | undefined
  try {
    assembly = await assemble(config, context, log)
    await refuseUnsupported(assembly.server)
    const autoscaler = await context.parts.createAutoscaler({
      ...assembly.options,
      clock: context.clock,
      random: context.random,
      log,
    })
    const report = await autoscaler.dryRun()
    const asJson = context.switches['json'] === true
    const text = asJson
      ? `${JSON.stringify(planToJson(report), undefined, 2)}\n`
      : renderPlan(report, styleFor(context.stdout, context.env))
    context.stdout.write(redact(text))
    const unread = readingErrors(report)
    // For people the reasons stand in the plan.
    const lines = unread.map(
      ({ what, error }) => `${what} could not be read${asJson ? `: ${error.message}` : ''}`,
    )
    for (const line of lines) context.stderr.write(`${oneLine(redact(line))}\n`)
    return unread.length > 0 ? EXIT.failed : EXIT.ok
  } catch (error) {
    context.stderr.write(`${oneLine(redact(asOutsideError(error).message))}\n`)
    return EXIT.failed
  } finally {
    await assembly?.close()
  }
}

/** Any other failure is shown by the plan. */
async function refuseUnsupported(server: CiServer): Promise<void> {
  try {
    await server.check({ signal: new AbortController().signal })
  } catch (thrown) {
    if (asOutsideError(thrown).kind === 'unsupported') throw new PartFailed('server', thrown)
  }
}

interface ReadingError {
  readonly what: string
  readonly error: OutsideError
}

function readingErrors({ snapshot }: TickReport): readonly ReadingError[] {
  const readings = [
    ['agents', snapshot.agents],
    ['queue', snapshot.queue],
    ['work', snapshot.work],
    ...[...snapshot.machines].map(([pool, reading]) => [`machines of pool ${pool}`, reading] as const),
  ] as const
  return readings.flatMap(([what, reading]) =>
    reading && !reading.ok ? [{ what, error: reading.error }] : [],
  )
}
