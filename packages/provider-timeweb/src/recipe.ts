import { type CallOptions, type Money, type Offering, Rejected } from '@woodpeckers/autoscaler-core'
import type { ServerOrder, TimewebApi } from './api/timeweb-api.ts'
import type { WireNamed, WirePreset } from './api/wire.ts'
import { type Choice, choose } from './choose.ts'
import { readConfiguration } from './configuration.ts'
import { chooseConfigurator } from './configurators.ts'
import type { TimewebOptions } from './options.ts'
import { hourlyPrice } from './price.ts'

/** What is ordered, with every name looked up. */
export interface Recipe {
  /** In the order to try. */
  readonly offerings: readonly Offering[]
  /** The presets that the setting names, by its texts. */
  readonly presets: ReadonlyMap<string, WirePreset>
  /** The part of an order that says which size, by `Offering.id`. */
  readonly sizes: ReadonlyMap<string, Partial<ServerOrder>>
  /** The part of an order that is the same for all. */
  readonly common: Partial<ServerOrder>
}

/** The one offering of those who give a size of their own. */
export const CONFIGURED = 'configuration'

/**
 * Looks up what the settings name; throws `Rejected` with what there is.
 *
 * @param before the last recipe: a preset that was withdrawn since then does not keep the others from being ordered
 */
export async function resolveRecipe(
  options: TimewebOptions,
  api: TimewebApi,
  before: Recipe | undefined,
  call: CallOptions,
): Promise<Recipe> {
  const system = await chooseSystem(options, api, call)
  const location = await locationOf(options.availabilityZone, api, call)
  const presets = options.configuration
    ? new Map<string, WirePreset>()
    : await choosePresets(options.presetId, location, before, api, call)
  const sizes = options.configuration
    ? await configured(options.configuration, location, api, call)
    : sizesOf(presets)
  const keys = options.sshKeyId.length > 0 ? named(await api.sshKeys(call)) : []
  const common: Partial<ServerOrder> = {
    ...system,
    ...(options.availabilityZone === undefined ? {} : { availability_zone: options.availabilityZone }),
    ...(keys.length > 0
      ? { ssh_keys_ids: options.sshKeyId.map((key) => choose('--timewebcloud-ssh-key-id', key, keys)) }
      : {}),
    ...(options.projectId === undefined
      ? {}
      : {
          project_id: choose('--timewebcloud-project-id', options.projectId, named(await api.projects(call))),
        }),
    ...(options.softwareId === undefined
      ? {}
      : {
          software_id: choose(
            '--timewebcloud-software-id',
            options.softwareId,
            named(await api.software(call)),
          ),
        }),
    // The address of a new server comes only with this word, as Timeweb's own command line sends it.
    ...(options.publicIp ? { network: { floating_ip: 'create_ip' } } : {}),
  }
  return {
    offerings: [...sizes].map(([id, { price }]) => (price ? { id, hourlyPrice: price } : { id })),
    presets,
    sizes: new Map([...sizes].map(([id, { order }]) => [id, order])),
    common,
  }
}

interface Size {
  readonly order: Partial<ServerOrder>
  readonly price?: Money
}

async function chooseSystem(
  { osId, imageId }: TimewebOptions,
  api: TimewebApi,
  call: CallOptions,
): Promise<Partial<ServerOrder>> {
  if (imageId !== undefined) {
    const images = (await api.images(call)).map(({ id, name }) => ({ id, names: [name], value: id }))
    return { image_id: choose('--timewebcloud-image-id', imageId, images) }
  }
  const systems = (await api.systems(call)).map(({ id, name, version, version_codename: codename }) => ({
    id,
    names: [version ? `${name}-${version}` : name, ...(codename ? [codename, `${name}-${codename}`] : [])],
    value: id,
  }))
  return { os_id: choose('--timewebcloud-os-id', osId ?? '', systems) }
}

async function locationOf(
  zone: string | undefined,
  api: TimewebApi,
  call: CallOptions,
): Promise<string | undefined> {
  if (zone === undefined) return undefined
  const zones = (await api.locations(call)).flatMap(({ location, availability_zones }) =>
    availability_zones.map((id) => ({ id, names: [id], value: location })),
  )
  return choose('--timewebcloud-availability-zone', zone, zones)
}

async function choosePresets(
  wanted: readonly string[],
  location: string | undefined,
  before: Recipe | undefined,
  api: TimewebApi,
  call: CallOptions,
): Promise<ReadonlyMap<string, WirePreset>> {
  const choices = (await api.presets(call)).map((preset) => ({
    id: preset.id,
    names: preset.description_short ? [preset.description_short] : [],
    value: preset,
  }))
  const chosen = new Map<string, WirePreset>()
  for (const one of wanted) {
    const preset = presetOf(one, choices, before)
    if (location !== undefined && preset.location !== location) {
      throw new Rejected(
        `--timewebcloud-preset-id is “${one}”: it is one of ${preset.location}, and the availability zone is in ${location}`,
      )
    }
    chosen.set(one, preset)
  }
  return chosen
}

function presetOf(
  wanted: string,
  choices: readonly Choice<WirePreset>[],
  before: Recipe | undefined,
): WirePreset {
  try {
    return choose('--timewebcloud-preset-id', wanted, choices)
  } catch (thrown) {
    const known = before?.presets.get(wanted)
    if (known) return known
    throw thrown
  }
}

function sizesOf(presets: ReadonlyMap<string, WirePreset>): ReadonlyMap<string, Size> {
  return new Map(
    [...presets.values()].map((preset) => {
      const bandwidth = preset.bandwidth ? { bandwidth: preset.bandwidth } : {}
      const order = { preset_id: preset.id, ...bandwidth }
      return [String(preset.id), { order, price: hourlyPrice(preset.price) }]
    }),
  )
}

async function configured(
  pairs: Readonly<Record<string, string>>,
  location: string | undefined,
  api: TimewebApi,
  call: CallOptions,
): Promise<ReadonlyMap<string, Size>> {
  const wanted = readConfiguration(pairs)
  if ('wrong' in wanted) throw new Rejected(`--timewebcloud-configuration ${wanted.wrong}`)
  const configurator = chooseConfigurator(wanted, location, await api.configurators(call))
  const bandwidth = configurator.requirements.network_bandwidth_min
  const order: Partial<ServerOrder> = {
    configuration: {
      configurator_id: configurator.id,
      cpu: wanted.cpu,
      ram: wanted.ramMb,
      disk: wanted.diskMb,
      ...(wanted.gpu === undefined ? {} : { gpu: wanted.gpu }),
    },
    ...(bandwidth ? { bandwidth } : {}),
  }
  // What such a server costs is told nowhere beforehand.
  return new Map([[CONFIGURED, { order }]])
}

function named(things: readonly WireNamed[]) {
  return things.map(({ id, name }) => ({ id, names: [name], value: id }))
}
