import { userInfo } from 'node:os'
import { EXIT, refuse } from '../cli.ts'
import type { CommandContext } from '../commands/index.ts'
import { oneLine } from '../terminal/one-line.ts'
import { Client, NoAnswer } from './client.ts'
import { clientSettings } from './client-settings.ts'

/**
 * Does something with a running autoscaler. Exit 1, and one line, where it does not answer or says no; 2 for settings
 * that are wrong.
 */
export async function withClient(
  context: CommandContext,
  work: (client: Client) => Promise<number>,
): Promise<number> {
  const given = clientSettings(context)
  if (!given.ok) return refuse(context, [given.problem])
  try {
    return await work(new Client(given.settings, context.clock, userName()))
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    context.stderr.write(`${oneLine(error.message)}\n`)
    return EXIT.failed
  }
}

/** Headers carry ASCII. */
function userName(): string {
  try {
    return userInfo().username.replaceAll(/[^!-~]/g, '') || 'somebody'
  } catch {
    // A container may run under a number that has no name.
    return 'somebody'
  }
}
