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
import { redactor } from '../logs/redact.ts'
import { PartFailed } from '../part-failed.ts'
import { demandedInVain } from '../parts/demanded-labels.ts'
import { partName } from '../parts/open-provider.ts'
import { stopSignals } from '../process/stop-signals.ts'
import { showTitle } from '../process/title.ts'
import { openSite, type RunningSite } from '../running/open-site.ts'
import { ListenFailed } from '../running/serve-site.ts'
import { watchParts } from '../running/watched-parts.ts'
import { oneLine } from '../terminal/one-line.ts'
import type { CommandContext } from './index.ts'

/**
 * Scales until a signal comes; then it ends after the running tick and leaves agents as they are. Exit 0
 * after a signal, 1 when it may not work at all (no admin, no rights at the cloud), 2 for wrong settings.
 */
export async function run(given: CommandContext): Promise<number> {
  const beginning = await begin(given, given.stdout)
  if (!beginning.ok) return refuse(given, beginning.problems)
  const { config, log } = beginning
  const { parts, metrics } = await watchParts(given.parts, config.process, given.clock)
  const context = { ...given, parts }
  showTitle(config)
  const stop = stopSignals(context, {
    first: (signal) => log.info({ signal }, 'stopping after the running tick; once more to stop at once'),
  })
  let assembly: Assembly | undefined
  let site: RunningSite | undefined
  try {
    assembly = await assemble(config, context, log, stop.signal)
    site = await openSite(beginning, assembly, context, metrics)
    await greet(assembly, context.clock, stop.signal, log)
    if (stop.signal.aborted) return EXIT.ok
    tellPools(assembly.pools, log)
    if (site.url !== undefined) log.info({ url: site.url }, 'page, metrics and API')
    await site.autoscaler.run(stop.signal)
    log.info({}, 'stopped; agents stay as they are')
    return EXIT.ok
  } catch (error) {
    // Called off before anything began.
    if (stop.signal.aborted && !assembly) return EXIT.ok
    if (error instanceof ListenFailed) return refuse(context, [error.message])
    const { message } = asOutsideError(error)
    context.stderr.write(`${oneLine(redactor(config.secrets)(message))}\n`)
    return EXIT.failed
  } finally {
    await site?.close()
    await assembly?.close()
    stop.release()
  }
}

function tellPools(pools: Assembly['pools'], log: Log): void {
  for (const { config, pool } of pools) {
    const { id, min, max } = pool.policy
    const { organisation, definition } = config
    const only = organisation === undefined ? {} : { organisation }
    log.info({ pool: id, min, max, provider: definition.name, ...only }, 'scaling')
  }
}

const GREETING_DEADLINE_MS = 20_000

/**
 * Asks server and cloud whether they know us. What waiting cannot mend ends the program; that a server is
 * away does not: the loop holds until it is there.
 */
async function greet(
  { server, pools }: Assembly,
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
      if (outside.kind === 'auth' || outside.kind === 'unsupported') throw new PartFailed(who, outside)
      log.warn({ error: outside.kind }, `${who}: ${outside.message}; trying again`)
    }
  }
  await Promise.all([
    ask('server', async (signal) => {
      const found = await server.check({ signal })
      if (!found.admin) {
        throw new AuthError(
          `the token is that of ${found.user || 'nobody'}, who is no admin of the server (an organisation's admin does not do); use an admin's`,
        )
      }
      log.info({ version: found.version, user: found.user }, 'connected to the server')
      for (const { pool } of pools) {
        const inVain = demandedInVain(pool.agent.labels, found.version)
        if (inVain) log.warn({ pool: pool.policy.id }, inVain)
      }
    }),
    ...pools.map(({ config, provider }) =>
      ask(
        partName(config),
        async (signal) => provider.check?.({ signal }) ?? provider.listDeployedAgentNames({ signal }),
      ),
    ),
  ])
}
