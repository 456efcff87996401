import {
  asOutsideError,
  createShare,
  type Provider,
  Transient,
  withDeadline,
} from '@woodpeckers/autoscaler-core'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { choosePool } from '../config/choose-pool.ts'
import { redactor } from '../logs/redact.ts'
import { checkedTables, readCatalogue } from '../offerings/read-catalogue.ts'
import { renderTables } from '../offerings/render-tables.ts'
import { tablesToJson } from '../offerings/tables-json.ts'
import { PartFailed } from '../part-failed.ts'
import { closeAll } from '../parts/close-all.ts'
import { openProvider, providerContext } from '../parts/open-provider.ts'
import { oneLine } from '../terminal/one-line.ts'
import { styleFor } from '../terminal/style.ts'
import type { CommandContext } from './index.ts'

/** Some clouds have thousands of machine types and images, and few on a page. */
const DEADLINE_MS = 120_000

/**
 * Shows what the cloud has to choose from, at which price; it needs the settings of the provider alone, and of
 * them what the account takes where the provider can do with that. Exit 1 when the cloud could not be asked.
 */
export async function offerings(context: CommandContext): Promise<number> {
  // Standard output belongs to the tables.
  const beginning = await begin(context, context.stderr, 'catalogue')
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { config, log } = beginning
  const chosen = choosePool(config, context.switches['pool'])
  if (!chosen.ok) return refuse(context, [chosen.problem])
  const { definition } = chosen.pool
  const { clock, stdout, stderr } = context
  const around = { ...context, log, share: createShare() }
  const redact = redactor(config.secrets)
  const late = () => new Transient('no answer within 2m')
  let provider: Provider | undefined
  const read = async (signal: AbortSignal) => {
    const { browse } = definition
    const given = providerContext(chosen.pool, around, chosen.pool.poolId)
    if (browse) return checkedTables(await browse.catalogue(given, { signal }))
    provider = await openProvider(chosen.pool, around)
    return readCatalogue(provider, { signal })
  }
  try {
    const tables = await withDeadline(clock, DEADLINE_MS, undefined, late, read).catch((thrown) => {
      throw thrown instanceof PartFailed ? thrown : new PartFailed(`provider ${definition.name}`, thrown)
    })
    const text =
      context.switches['json'] === true
        ? `${JSON.stringify(tablesToJson(definition.name, tables), undefined, 2)}\n`
        : renderTables(definition.name, tables, styleFor(stdout, context.env))
    stdout.write(redact(text))
    return EXIT.ok
  } catch (error) {
    stderr.write(`${oneLine(redact(asOutsideError(error).message))}\n`)
    return EXIT.failed
  } finally {
    await closeAll(provider ? [provider] : [], clock)
  }
}
