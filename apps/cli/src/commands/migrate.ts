import { EXIT, refuse } from '../cli.ts'
import { tellForeignVariables } from '../migrate/clouds-own-names.ts'
import { fromGo } from '../migrate/from-go.ts'
import { fromPicus } from '../migrate/from-picus.ts'
import { migrateSettings } from '../migrate/migration.ts'
import { readEnvironment } from '../migrate/read-environment.ts'
import { tellBoth, whichProgram } from '../migrate/which-program.ts'
import { oneLine } from '../terminal/one-line.ts'
import { writeNew } from '../write-new.ts'
import type { CommandContext } from './index.ts'

/**
 * Writes the settings of the Go autoscaler, or of Picus, as autoscaler.yaml, and says on standard error what is not as it
 * was. Exit 2 when they cannot be read, or the file not be written; 1 when the file needs a provider that is not here.
 */
export async function migrate(context: CommandContext): Promise<number> {
  const { cwd, stdout, stderr, env } = context
  const { envFile: file, service, from, out } = context.switches as Switches
  if (from !== undefined && from !== 'go' && from !== 'picus') {
    return refuse(context, [`--from is ${JSON.stringify(from)}: must be go or picus`])
  }
  const read = await readEnvironment({ file, service, env, cwd })
  if (!read.ok) return refuse(context, read.problems)
  const program = from ?? whichProgram(read.env)
  if (program === undefined) return refuse(context, [nothing(file)])
  const source = program === 'picus' ? fromPicus(read.env) : await fromGo(read.env, cwd)
  if (!source.ok) return refuse(context, source.problems)
  const migration = await migrateSettings(source, { unresolved: read.unresolved, cwd, out })
  if (!migration.ok) return refuse(context, migration.problems)
  if (out === undefined) stdout.write(migration.text)
  else {
    const problem = writeNew('out', migration.text, context)
    if (problem !== undefined) return refuse(context, [problem])
  }
  const both = from === undefined ? tellBoth(read.env) : []
  // Of a process's own environment most is not about this program at all.
  const foreign = file === undefined ? [] : tellForeignVariables(read.env, source.taken)
  for (const line of [...both, ...read.remarks, ...migration.lines, ...foreign])
    stderr.write(`${oneLine(line)}\n`)
  return migration.complete ? EXIT.ok : EXIT.failed
}

interface Switches {
  readonly envFile?: string
  readonly service?: string
  readonly from?: string
  readonly out?: string
}

function nothing(file: string | undefined): string {
  const where = file === undefined ? 'the environment has' : `${JSON.stringify(file)} has`
  return `${where} neither WOODPECKER_… variables of the Go autoscaler nor PICUS_… ones of Picus; name a file that has with --env-file`
}
