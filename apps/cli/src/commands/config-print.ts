import { begin } from '../begin.ts'
import { EXIT, refuse } from '../cli.ts'
import { printConfig } from '../config/print-config.ts'
import type { CommandContext } from './index.ts'

/** Prints all that counts in the end, as a file, whether it comes from a file or from flags and environment. */
export async function configPrint(context: CommandContext): Promise<number> {
  const beginning = await begin(context, undefined)
  if (!beginning.ok) return refuse(context, beginning.problems)
  context.stdout.write(printConfig(beginning.config))
  return EXIT.ok
}
