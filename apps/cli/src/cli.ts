import { commands } from './commands/index.ts'
import { picusAlone } from './migrate/picus-alone.ts'
import { buildProgram, UsageError } from './program.ts'
import { builtInProviders } from './providers/built-in.ts'
import { type FoundProvider, findProvider } from './providers/find-provider.ts'
import { flagOfArgv } from './settings/flag-of-argv.ts'
import { wholeEnvironment } from './settings/whole-environment.ts'
import type { Surroundings } from './surroundings.ts'
import { cleanOutput } from './terminal/clean-output.ts'
import { oneLine } from './terminal/one-line.ts'

/** Done; something is wrong outside; the settings are wrong, and nothing was begun. */
export const EXIT: { readonly ok: 0; readonly failed: 1; readonly settings: 2 } = {
  ok: 0,
  failed: 1,
  settings: 2,
}

/** Runs the command that the arguments name, and answers the exit code. */
export async function runCli(given: Surroundings): Promise<number> {
  // Whatever a command writes, and wherever that came from, passes here.
  const surroundings = { ...given, stdout: cleanOutput(given.stdout), stderr: cleanOutput(given.stderr) }
  const whole = wholeEnvironment(surroundings)
  if (!whole.ok && !needsNothing(surroundings.argv)) return refuse(surroundings, whole.problems)
  const known = whole.ok ? whole.env : surroundings.env
  const picus = await picusAlone(known, surroundings.argv, surroundings.cwd)
  if (picus?.ok === false) return refuse(surroundings, picus.problems)
  if (picus) surroundings.stderr.write(`${picus.told}\n`)
  const env = picus?.env ?? known
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

const HELP: ReadonlySet<string> = new Set(['--help', '-h'])
const VERSION: ReadonlySet<string> = new Set(['--version', '-V'])

function asksForHelp(argv: readonly string[]): boolean {
  return argv.some((word) => HELP.has(word))
}

/** Whether it only says something of the program itself, so that no file of variables can be in the way. */
function needsNothing(argv: readonly string[]): boolean {
  return argv.some((word) => HELP.has(word) || VERSION.has(word)) || argv.includes('schema')
}

/** By the command's name, which stands before its operands: commands that ask a running autoscaler, and those for reading. */
function needsNoProvider(argv: readonly string[]): boolean {
  if (needsNothing(argv)) return true
  const first = argv.find((word) => !word.startsWith('-'))
  return commands.some(({ name, takesSettings }) => name === first && !takesSettings)
}

async function providerOf(
  surroundings: Surroundings,
  env: Surroundings['env'],
): Promise<FoundProvider | undefined> {
  const { argv } = surroundings
  const flag = flagOfArgv(argv, '--provider')
  // Code is loaded for who needs it; help shows the settings of what is built in, or named on the command line.
  const variable = env['WOODPECKER_PROVIDER'] ?? ''
  const isCheap = Object.hasOwn(builtInProviders, variable)
  if (
    needsNoProvider(argv) &&
    (flag === undefined || !asksForHelp(argv)) &&
    !(isCheap && asksForHelp(argv))
  ) {
    return undefined
  }
  const reference = flag ?? variable
  return reference ? findProvider(reference, surroundings.cwd) : undefined
}
