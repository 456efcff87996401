import { picusAlone } from './migrate/picus-alone.ts'
import { withNewerNames } from './names/older-names.ts'
import { buildProgram, UsageError } from './program.ts'
import { type FoundProvider, findProvider } from './providers/find-provider.ts'
import { withDotEnv } from './settings/dot-env.ts'
import { flagOfArgv } from './settings/flag-of-argv.ts'
import type { Surroundings } from './surroundings.ts'
import { oneLine } from './terminal/one-line.ts'

/** Done; something is wrong outside; the settings are wrong, and nothing was begun. */
export const EXIT: { readonly ok: 0; readonly failed: 1; readonly settings: 2 } = {
  ok: 0,
  failed: 1,
  settings: 2,
}

/** Runs the command that the arguments name, and answers the exit code. */
export async function runCli(surroundings: Surroundings): Promise<number> {
  const { env: given, problem } = withDotEnv(surroundings.env, surroundings.cwd)
  if (problem) return refuse(surroundings, [problem])
  const newer = withNewerNames(given)
  const picus = await picusAlone(newer, surroundings.argv, surroundings.cwd)
  if (picus?.ok === false) return refuse(surroundings, picus.problems)
  if (picus) surroundings.stderr.write(`${picus.told}\n`)
  const env = picus?.env ?? newer
  const provider = await providerOf(surroundings, env)
  let code: number = EXIT.ok
  const program = buildProgram({ ...surroundings, env }, provider, (result) => {
    code = result
  })
  try {
    await program(surroundings.argv)
    return code
  } catch (error) {
    if (error instanceof UsageError) return refuse(surroundings, [error.message])
    const message = error instanceof Error ? error.message : String(error)
    surroundings.stderr.write(`woodpecker-autoscaler: ${oneLine(message)}\n`)
    if (env['WOODPECKER_LOG_LEVEL'] === 'debug' && error instanceof Error) {
      surroundings.stderr.write(`${error.stack}\n`)
    }
    return EXIT.failed
  }
}

/** One line for each thing that is wrong with how the program was called. */
export function refuse(surroundings: Pick<Surroundings, 'stderr'>, problems: readonly string[]): number {
  for (const problem of problems) surroundings.stderr.write(`${oneLine(problem)}\n`)
  return EXIT.settings
}

async function providerOf(
  surroundings: Surroundings,
  env: Surroundings['env'],
): Promise<FoundProvider | undefined> {
  const reference = flagOfArgv(surroundings.argv, '--provider') ?? env['WOODPECKER_PROVIDER']
  return reference ? findProvider(reference, surroundings.cwd) : undefined
}
