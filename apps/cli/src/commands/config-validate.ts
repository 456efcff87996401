import { counted } from '@woodpeckers/autoscaler-core'
import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import type { CommandContext } from './index.ts'

/** Reads the config, and says all that is wrong with it; asks neither server nor cloud. Exit 2 if something is. */
export async function configValidate(context: CommandContext): Promise<number> {
  const beginning = await begin(context, undefined)
  if (!beginning.ok) return refuse(context, beginning.problems)
  const { pools } = beginning.config
  const list = pools.map(({ poolId, definition }) => `${poolId} (${definition.name})`).join(', ')
  context.stdout.write(`${counted(pools.length, 'pool')}: ${list}\n`)
  return EXIT.ok
}
