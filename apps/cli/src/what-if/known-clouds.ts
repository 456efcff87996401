import type { Labels, Provider } from '@woodpeckers/autoscaler-core'
import type { Config, PoolConfig } from '../config/config.ts'
import type { TypesPlace } from './changed-config.ts'

/** What a provider would say of itself, known without asking it or its cloud. */
export interface CloudFacts extends Required<Pick<Provider, 'billing' | 'platform' | 'agentLabels'>> {
  /** Whether a stopped machine costs less than a running one. */
  readonly canPark: boolean
  /** Machine types in the order to try, without their places. */
  readonly types: readonly string[]
  /** The pool has machines that were made by hand, and no others. */
  readonly standsAlone: boolean
}

type Options = Readonly<Record<string, unknown>>

const plain: CloudFacts = {
  billing: 'second',
  platform: { platform: 'linux/amd64', backend: 'docker' },
  agentLabels: {},
  canPark: true,
  types: [],
  standsAlone: false,
}

const known: Readonly<Record<string, (options: Options) => CloudFacts>> = {
  hetznercloud: ({ serverType }) => {
    const types = typesOf(serverType)
    return {
      ...plain,
      billing: 'hour',
      canPark: false,
      types,
      platform: { ...plain.platform, platform: platformOfType('hetznercloud', types[0]) },
    }
  },
  timewebcloud: ({ presetId }) => ({
    ...plain,
    billing: 'hour',
    canPark: false,
    types: typesOf(presetId),
  }),
  aws: ({ instanceType, instanceId, useSpotInstances, spotLabel }) => {
    const types = typesOf(instanceType)
    return {
      ...plain,
      canPark: useSpotInstances !== true,
      types,
      platform: { ...plain.platform, platform: platformOfType('aws', types[0]) },
      agentLabels: useSpotInstances === true ? demanded(spotLabel) : {},
      standsAlone: types.length === 0 && Array.isArray(instanceId) && instanceId.length > 0,
    }
  },
  local: () => ({ ...plain, platform: { ...plain.platform, backend: 'local' }, canPark: false }),
}

/** What agents on machines of the type run on, as far as its name tells. */
export function platformOfType(provider: string, type: string | undefined): string {
  const isArm = IS_ARM[provider]?.(type ?? '') ?? false
  return isArm ? 'linux/arm64' : 'linux/amd64'
}

const IS_ARM: Readonly<Record<string, (type: string) => boolean>> = {
  hetznercloud: (type) => type.startsWith('cax'),
  aws: isGraviton,
}

/** Of a provider that is not built in: what those have who say nothing. */
export function cloudFacts({ definition, providerOptions }: PoolConfig): CloudFacts {
  return known[definition.name]?.(providerOptions) ?? plain
}

export function isKnownCloud({ definition }: PoolConfig): boolean {
  return Object.hasOwn(known, definition.name)
}

/** The setting of its provider that lists machine types. */
export function typesKeyOf({ definition }: Pick<PoolConfig, 'definition'>): string | undefined {
  return TYPES_KEYS[definition.name]
}

/** By pool: where its machine types stand, with the place of the first one. */
export function typesPlacesOf({ pools }: Pick<Config, 'pools'>): ReadonlyMap<string, TypesPlace> {
  return new Map(
    pools.flatMap((pool) => {
      const key = typesKeyOf(pool)
      if (key === undefined) return []
      const [first] = [pool.providerOptions[key]].flat()
      const [place = ''] = /:.*$/.exec(String(first ?? '')) ?? []
      return [[pool.poolId, { path: [pool.definition.name, key], place }] as const]
    }),
  )
}

const TYPES_KEYS: Readonly<Record<string, string>> = {
  hetznercloud: 'serverType',
  timewebcloud: 'presetId',
  aws: 'instanceType',
}

/** `cx23:fsn1` is a cx23. */
function typesOf(option: unknown): readonly string[] {
  return Array.isArray(option) ? [...new Set(option.map((item) => String(item).split(':', 1)[0]!))] : []
}

/** A `g` behind the generation's number: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
function isGraviton(type: string): boolean {
  return /^(?:a1|[a-z]+\d+[a-z]*g)/.test(type.split('.', 1)[0]!)
}

/** The label that a task must carry to run where the cloud may take the machine back. */
function demanded(spotLabel: unknown): Labels {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(String(spotLabel ?? '')) ?? []
  return key === undefined ? {} : { [`!${key}`]: value! }
}
