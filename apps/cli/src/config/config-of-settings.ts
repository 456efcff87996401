import { type LabelsInEnvironment, movedText, withLabelsOfEnvironment } from '../settings/agent-variables.ts'
import type { CliSettings, PoolSettings, ProcessSettings, ServerSettings } from '../settings/cli-schema.ts'
import type { LoadedSettings } from '../settings/load-settings.ts'
import { withPlainAddress } from '../settings/plain-grpc-address.ts'
import { unusedSettings } from '../settings/unused-settings.ts'
import { accountOf } from './account.ts'
import { type Config, freezeConfig } from './config.ts'
import { type FileKey, poolKeys, processKeys, serverKeys } from './file-keys.ts'
import { loginsIn, secretsIn } from './looks-secret.ts'
import { settingName } from './setting-names.ts'

/** One pool, as flags and environment have it. */
export function configOfSettings({
  cli,
  definition,
  providerOptions,
  secrets,
  warnings,
}: LoadedSettings): Config {
  const cloud = accountOf(definition, providerOptions)
  const { settings, moved } = withLabelsOfEnvironment(part<PoolSettings>(cli, poolKeys))
  const pool = {
    ...settings,
    // A machine serves one task then, whatever the default is.
    ...(cli.mode === 'ephemeral' && { workflowsPerAgent: 1 }),
    schedules: [],
    definition,
    providerOptions,
    cloud,
    spelling: 'flags',
  } as const
  const { server, told } = withPlainAddress(part<ServerSettings>(cli, serverKeys))
  return freezeConfig({
    server,
    process: part<ProcessSettings>(cli, processKeys),
    pools: [pool],
    secrets: [...secrets, ...secretsIn(pool.agentEnv), ...loginsIn([cli, providerOptions])],
    warnings: [
      ...warnings,
      ...(moved ? [movedLine(moved)] : []),
      ...(told === undefined ? [] : [`--grpc-addr (WOODPECKER_GRPC_ADDR) ${told}`]),
      ...unusedSettings(pool).map(([key, why]) => `${settingName({}, key)} ${why}`),
    ],
    file: undefined,
  })
}

function movedLine(moved: LabelsInEnvironment): string {
  const said = `${settingName({}, 'agentEnv')} ${movedText(moved, '--agent-labels')}`
  // Behind a comma that nobody quoted there begins another variable: of what looks like a label, that is said.
  const stray = Object.keys(moved.rest).filter((name) => /^[a-z][a-z0-9]*$/.test(name))
  if (stray.length === 0) return said
  return `${said}; ${stray.join(', ')} behind a comma is a variable: quote the pair for several labels, "${moved.name}=a=b,c=d"`
}

function part<Settings>(cli: CliSettings, keys: Readonly<Record<keyof Settings, FileKey>>): Settings {
  return Object.fromEntries(Object.entries(cli).filter(([key]) => key in keys)) as Settings
}
