import { asOutsideError, type TickReport } from '@woodpeckers/autoscaler-core'
import { type Assembly, assemble } from '../assemble.ts'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { redactor } from '../logs/redact.ts'
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
    const unread = whatCouldNotBeRead(report)
    // For people the reasons stand in the plan.
    const lines = unread.map(([what, why]) => `${what} could not be read${asJson ? `: ${why}` : ''}`)
    for (const line of lines) context.stderr.write(`${oneLine(redact(line))}\n`)
    return unread.length > 0 ? EXIT.failed : EXIT.ok
  } catch (error) {
    context.stderr.write(`${oneLine(redact(asOutsideError(error).message))}\n`)
    return EXIT.failed
  } finally {
    await assembly?.close()
  }
}

function whatCouldNotBeRead({ snapshot }: TickReport): readonly (readonly [what: string, why: string])[] {
  const readings = [
    ['agents', snapshot.agents],
    ['queue', snapshot.queue],
    ['work', snapshot.work],
    ...[...snapshot.machines].map(([pool, reading]) => [`machines of pool ${pool}`, reading] as const),
  ] as const
  return readings.flatMap(([what, reading]) =>
    reading && !reading.ok ? [[what, reading.error.message] as const] : [],
  )
}
