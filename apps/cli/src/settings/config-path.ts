import { parseSettings, type Setting, type SettingSources } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { cliShape, type ProcessSettings } from './cli-schema.ts'

type Given = Pick<SettingSources, 'flags' | 'env'>

const FLAG = '--config'
export const CONFIG_ENV = 'WOODPECKER_AUTOSCALER_CONFIG'

/** The config file that flags or environment name. */
export function configPathOf({ flags, env }: Given): string | undefined {
  const flag = flags[FLAG]
  return (typeof flag === 'string' ? flag : flag?.at(-1)) || env[CONFIG_ENV] || undefined
}

/** How this process is watched, rather than what it does: flags and environment win over the file here. */
const OVER: ReadonlySet<string> = new Set(['healthFile', 'eventsFile', 'listen', 'logLevel'])

/** Flags that the file has no room for: it says everything, or nothing. */
export function sourcesBesideFile(
  own: readonly Setting[],
  { flags }: Given,
): { readonly problems: readonly string[] } {
  const allowed = new Set([FLAG, ...own.filter(({ key }) => OVER.has(key)).map(({ flag }) => flag)])
  const besides = Object.keys(flags).filter((flag) => !allowed.has(flag))
  return { problems: besides.map((flag) => `${flag} cannot be used with ${FLAG}: write it into the file`) }
}

export type OverProcess =
  | { readonly ok: true; readonly values: Partial<ProcessSettings> }
  | { readonly ok: false; readonly problems: readonly string[] }

/** What of the process flags and environment say. */
export function overProcess(given: Given): OverProcess {
  const schema = z.object({
    healthFile: cliShape.healthFile,
    eventsFile: cliShape.eventsFile,
    listen: cliShape.listen,
    logLevel: cliShape.logLevel.optional(),
  })
  const read = parseSettings(schema, { ...given, readFile: () => '' })
  if (!read.ok) return read
  const { logLevel, ...others } = read.values as Partial<ProcessSettings>
  const said = given.flags['--log-level'] !== undefined || Boolean(given.env['WOODPECKER_LOG_LEVEL'])
  return {
    ok: true,
    values: {
      ...others,
      ...(said && logLevel !== undefined && { logLevel }),
    },
  }
}
