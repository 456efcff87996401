import { basename } from 'node:path'
import type { TraceSettings } from '@woodpeckers/autoscaler-traces'
import { loopOf } from '../assemble.ts'
import type { Config } from '../config/config.ts'
import { readConfig } from '../config/read-config.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Hints } from './hints.ts'
import { poolToPlay } from './pool-to-play.ts'

/** A config file, ready to be played. */
export interface SettingToPlay {
  /** Of the file; where two have the same one, with its folder. */
  readonly name: string
  readonly path: string
  readonly config: Config
  readonly settings: TraceSettings
  readonly assumed: readonly string[]
}

export type SettingsToPlay =
  | { readonly ok: true; readonly settings: readonly SettingToPlay[] }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads each config; what is wrong with any of them is told at once. Secrets are not needed, and not looked up. */
export async function readSettings(
  paths: readonly string[],
  hints: Hints,
  seed: number,
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
): Promise<SettingsToPlay> {
  const names = namesOf(paths)
  const problems: string[] = []
  const settings: SettingToPlay[] = []
  for (const [index, path] of paths.entries()) {
    const name = names[index]!
    const read = await readConfig(path, { env, cwd, needsServer: false, withoutSecrets: true })
    if (!read.ok) {
      problems.push(...read.problems)
      continue
    }
    const { config } = read
    const pools = config.pools.map((pool) => poolToPlay(pool, hints))
    problems.push(...pools.flatMap((pool) => pool.problems.map((problem) => `${name}: ${problem}`)))
    const { fleet, caution, intervalMs } = loopOf(config.process)
    const limit = (['maxHourlyCost', 'maxSpendPerDay', 'maxSpendPerMonth'] as const).find(
      (key) => fleet?.[key],
    )
    if (limit && pools.some(({ pool }) => !pool.hourlyPrice))
      problems.push(`${name}: limits.${limit} cannot be kept without prices; say them with --price`)
    settings.push({
      name,
      path,
      config,
      settings: {
        pools: pools.map(({ pool }) => pool),
        ...(fleet && { fleet }),
        caution,
        intervalMs,
        seed,
      },
      assumed: pools.flatMap(({ assumed }) => assumed),
    })
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings }
}

function namesOf(paths: readonly string[]): readonly string[] {
  const short = paths.map((path) => basename(path))
  const isTwice = (name: string, among: readonly string[]) =>
    among.filter((other) => other === name).length > 1
  return paths.map((path, index) => {
    if (!isTwice(short[index]!, short)) return short[index]!
    return isTwice(path, paths) ? `${path} (${index + 1})` : path
  })
}
