import { resolve } from 'node:path'
import {
  AuthError,
  asOutsideError,
  type Clock,
  type Log,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import { type Assembly, assemble } from '../assemble.ts'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { createNarrator } from '../logs/narrator.ts'
import { redactor } from '../logs/redact.ts'
import { PartFailed } from '../part-failed.ts'
import { healthFile } from '../process/health-file.ts'
import { stopSignals } from '../process/stop-signals.ts'
import { showTitle } from '../process/title.ts'
import { oneLine } from '../terminal/one-line.ts'
import type { CommandContext } from './index.ts'

/**
 * Scales until a signal comes; then it ends after the running tick and leaves agents as they are. Exit 0
 * after a signal, 1 when it may not work at all (no admin, no rights at the cloud), 2 for wrong settings.
 */
export async function run(context: CommandContext): Promise<number> {
  const beginning = await begin(context, context.stdout)
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { settings, log } = beginning
  showTitle(settings)
  const stop = stopSignals(context, {
    first: (signal) => log.info({ signal }, 'stopping after the running tick; once more to stop at once'),
  })
  let assembly: Assembly | undefined
  try {
    assembly = await assemble(settings, context, log)
    await greet(assembly, settings.definition.name, context.clock, stop.signal, log)
    if (stop.signal.aborted) return EXIT.ok
    const { cli, definition } = settings
    const narrator = createNarrator(log)
    const touch = cli.healthFile && healthFile(resolve(context.cwd, cli.healthFile), context.clock, log)
    const autoscaler = await context.parts.createAutoscaler({
      server: assembly.server,
      pools: [assembly.pool],
      ...assembly.options,
      clock: context.clock,
      random: context.random,
      log,
      onTick: (report) => {
        if (touch) touch()
        narrator.onTick(report)
      },
      onOutcome: narrator.onOutcome,
    })
    log.info(
      { pool: cli.poolId, min: cli.minAgents, max: cli.maxAgents, provider: definition.name },
      'scaling',
    )
    await autoscaler.run(stop.signal)
    log.info({}, 'stopped; agents stay as they are')
    return EXIT.ok
  } catch (error) {
    const { message } = asOutsideError(error)
    context.stderr.write(`${oneLine(redactor(settings.secrets)(message))}\n`)
    return EXIT.failed
  } finally {
    await assembly?.close()
    stop.release()
  }
}

const GREETING_DEADLINE_MS = 20_000

/**
 * Asks server and cloud whether they know us. What waiting cannot mend ends the program; that a server is
 * away does not: the loop holds until it is there.
 */
async function greet(
  { server, provider }: Assembly,
  providerName: string,
  clock: Clock,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  const ask = async (who: string, question: (signal: AbortSignal) => Promise<unknown>) => {
    try {
      await withDeadline(
        clock,
        GREETING_DEADLINE_MS,
        signal,
        () => new Transient('no answer within 20s'),
        question,
      )
    } catch (error) {
      if (signal.aborted) return
      const outside = asOutsideError(error)
      if (outside.kind === 'auth') throw new PartFailed(who, outside)
      log.warn({ error: outside.kind }, `${who}: ${outside.message}; trying again`)
    }
  }
  await Promise.all([
    ask('server', async (signal) => {
      const found = await server.check({ signal })
      if (!found.admin) {
        throw new AuthError(
          `the token is that of ${found.user || 'nobody'}, who is no admin of the server; use an admin's`,
        )
      }
      log.info({ version: found.version, user: found.user }, 'connected to the server')
    }),
    ask(
      `provider ${providerName}`,
      async (signal) => provider.check?.({ signal }) ?? provider.listDeployedAgentNames({ signal }),
    ),
  ])
}
