import { describeSettings, type Setting } from '@woodpeckers/autoscaler-core'
import { cliSchema, type PoolSettings } from '../settings/cli-schema.ts'
import type { PoolConfig } from './config.ts'
import { type FileKey, poolKeys, serverKeys } from './file-keys.ts'

/** How the user knows a setting: as flag and variable, or as a key of the file. */
export function settingName(
  { spelling = 'flags', poolId = '' }: Partial<Pick<PoolConfig, 'spelling' | 'poolId'>>,
  key: keyof PoolSettings,
): string {
  if (spelling === 'file') return `${poolKeys[key].path} of pool ${poolId}`
  const setting = own().find((candidate) => candidate.key === key)
  return setting ? `${setting.flag} (${setting.env})` : key
}

function own(): readonly Setting[] {
  return describeSettings(cliSchema)
}

/** Schemas speak of flags: answers a function that puts the file's keys in their place. */
export function keysForFlags(ofProvider: readonly Setting[] = []): (text: string) => string {
  const names = new Map<string, string>(ofProvider.map(({ flag, key }) => [flag, key]))
  const keys: Readonly<Record<string, FileKey>> = poolKeys
  const ofServer: Readonly<Record<string, FileKey>> = serverKeys
  for (const { flag, key } of own()) {
    const path = keys[key]?.path ?? (ofServer[key] && `server.${ofServer[key].path}`)
    if (path !== undefined) names.set(flag, path)
  }
  return (text) => text.replaceAll(/--[a-z][a-z0-9-]*/g, (flag) => names.get(flag) ?? flag)
}
