import type { MachineType } from '@woodpeckers/autoscaler-traces'
import type { CommandContext } from '../commands/index.ts'
import { listOf, readHints } from './hints.ts'
import { platformOfType, typesKeyOf } from './known-clouds.ts'
import { readSettings, type SettingToPlay } from './setting-to-play.ts'
import { wholeNumber } from './whole-number.ts'

/** What `advise` was asked for, all of it decided. */
export interface AskedAdvice {
  readonly ok: true
  readonly trace: string
  readonly setting: SettingToPlay
  readonly isMeant: (pool: string) => boolean
  readonly capacities: readonly number[]
  readonly machineTypes: readonly MachineType[]
  readonly effort: number
  readonly pick: number | undefined
}

export async function askedAdvice(
  context: CommandContext,
): Promise<AskedAdvice | { readonly ok: false; readonly problems: readonly string[] }> {
  const { switches, operands } = context
  const hints = readHints(switches)
  const problems: string[] = hints.ok ? [] : [...hints.problems]
  const number = (name: string, value: unknown, least: number, most?: number): number => {
    const read = wholeNumber(name, value, least, most)
    if (!read.ok) problems.push(read.problem)
    return read.ok ? read.number : Number.NaN
  }
  const seed = number('--seed', switches['seed'] ?? '1', 0)
  const effort = Number(switches['effort'] ?? 1)
  if (!(effort >= 0.01 && effort <= 100))
    problems.push(`--effort is ${JSON.stringify(switches['effort'])}: must be a number from 0.01 to 100`)
  const pick = switches['pick'] === undefined ? undefined : number('--pick', switches['pick'], 1)
  const capacities = listOf(switches['capacity'])
    .flatMap((text) => text.split(','))
    .map((text) => number('--capacity', text, 1, 64))
  const machineTypes = listOf(switches['type'])
    .flatMap((text) => text.split(','))
    .flatMap((name): readonly MachineType[] => {
      const hourlyPrice = hints.ok ? hints.hints.price.get(name) : undefined
      if (hourlyPrice) return [{ name, hourlyPrice, speed: (hints.ok && hints.hints.speed.get(name)) || 1 }]
      problems.push(
        `--type is ${JSON.stringify(name)}: its price must be said, like --price '${name}=0.01 EUR'`,
      )
      return []
    })
  const [trace] = operands
  const path = switches['config']
  if (trace === undefined) problems.push('say which trace: advise <trace> --config <file>')
  if (typeof path !== 'string') problems.push('--config is missing: the config file to begin with')
  if ((pick === undefined) !== (switches['out'] === undefined))
    problems.push('--pick and --out go together: which of the settings, and where its config goes')
  if (trace === undefined || typeof path !== 'string' || !hints.ok || problems.length > 0)
    return { ok: false, problems }
  const read = await readSettings([path], hints.hints, seed, context)
  if (!read.ok) return read
  const setting = read.settings[0]!
  const ids = setting.config.pools.map(({ poolId }) => poolId)
  const named = listOf(switches['pool'])
  const unknown = named.filter((id) => !ids.includes(id))
  if (unknown.length > 0)
    return { ok: false, problems: [`--pool is "${unknown[0]}": there are ${ids.join(', ')}`] }
  const isMeant = (pool: string): boolean => named.length === 0 || named.includes(pool)
  const without = setting.config.pools.filter((pool) => typesKeyOf(pool) === undefined)
  if (machineTypes.length > 0 && without.length > 0) {
    const problem = `--type: the provider ${without[0]!.definition.name} is not known to have types`
    return { ok: false, problems: [problem] }
  }
  const problem =
    whyNoCapacity(setting, isMeant, capacities) ??
    whyNoType(setting, isMeant, machineTypes, hints.hints.platform)
  if (problem !== undefined) return { ok: false, problems: [problem] }
  return { ok: true, trace, setting, isMeant, capacities, machineTypes, effort, pick }
}

type IsMeant = AskedAdvice['isMeant']

function whyNoCapacity(
  { settings }: SettingToPlay,
  isMeant: IsMeant,
  capacities: readonly number[],
): string | undefined {
  const single = settings.pools.find(({ policy }) => isMeant(policy.id) && policy.mode === 'ephemeral')
  if (!single || capacities.every((capacity) => capacity === 1)) return undefined
  return `--capacity: pool ${single.policy.id} is ephemeral, each of its agents takes one workflow; name the other pools with --pool`
}

/** Jobs of the trace that a pool takes now would have no agent on machines of another architecture. */
function whyNoType(
  { settings, config }: SettingToPlay,
  isMeant: IsMeant,
  types: readonly MachineType[],
  platforms: ReadonlyMap<string, string>,
): string | undefined {
  for (const [at, { poolId, definition }] of config.pools.entries()) {
    const platform = settings.pools[at]!.policy.offer['platform']
    for (const { name } of isMeant(poolId) ? types : []) {
      const other = platforms.get(name) ?? platformOfType(definition.name, name)
      if (other !== platform)
        return `--type is "${name}": its agents run on ${other}, those of pool ${poolId} on ${platform}; types of one architecture can be compared`
    }
  }
  return undefined
}
