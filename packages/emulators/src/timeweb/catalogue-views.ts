import { CONFIGURATOR } from './catalogue.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { at } from './views.ts'

const LEAST = { cpu_min: 1, ram_min: 1024, disk_min: 10_240, bandwidth_min: 100 }

/** Lists that have no pages, by path. */
export function catalogueView(cloud: EmulatedTimeweb, path: string): object | undefined {
  const { catalogue } = cloud.settings
  switch (path) {
    case '/api/v1/presets/servers':
      return list(
        'server_presets',
        cloud.presets.map(({ name, ...preset }) => ({
          ...preset,
          cpu_frequency: '3.3',
          disk_type: 'nvme',
          bandwidth: 1000,
          description: name,
          description_short: name,
          is_allowed_local_network: true,
          tags: ['ssd_2022'],
        })),
      )
    case '/api/v1/os/servers':
      return list(
        'servers_os',
        catalogue.systems.map(({ codename, ...system }) => ({
          ...system,
          family: 'linux',
          version_codename: codename,
          description: '',
          requirements: LEAST,
        })),
      )
    case '/api/v1/configurator/servers':
      return list('server_configurators', [
        { ...CONFIGURATOR, disk_type: 'nvme', is_allowed_local_network: true, cpu_frequency: '3.3' },
      ])
    case '/api/v2/locations':
      return list(
        'locations',
        catalogue.locations.map(({ location, country, zones }) => ({
          location,
          location_code: country,
          availability_zones: zones,
        })),
      )
    case '/api/v1/ssh-keys':
      // The API's document says `ssh-keys`; Timeweb's own command line reads this.
      return list(
        'ssh_keys',
        catalogue.sshKeys.map((key) => ({
          ...key,
          body: `ssh-ed25519 AAAA ${key.name}`,
          created_at: at(cloud.clock.now()),
          used_by: [],
          is_default: false,
          is_enabled: true,
        })),
      )
    case '/api/v1/projects':
      return list(
        'projects',
        catalogue.projects.map((project, i) => ({
          ...project,
          account_id: 'ab12345',
          avatar_id: null,
          description: '',
          is_default: i === 0,
        })),
      )
    case '/api/v1/software/servers':
      return list(
        'servers_software',
        catalogue.software.map((software) => ({
          ...software,
          os_ids: catalogue.systems.map(({ id }) => id),
          description: software.name,
          installations: 1,
          requirements: LEAST,
        })),
      )
    default:
      return undefined
  }
}

export function imageView(
  cloud: EmulatedTimeweb,
  { id, name }: { readonly id: string; readonly name: string },
): object {
  return {
    id,
    status: 'created',
    created_at: at(cloud.clock.now()),
    deleted_at: '',
    size: 4096,
    virtual_size: 10_240,
    name,
    description: '',
    disk_id: 1,
    location: 'ru-1',
    os: 'ubuntu',
    progress: 100,
    is_custom: true,
    type: 'qcow2',
  }
}

function list(key: string, things: readonly object[]): object {
  return { [key]: things, meta: { total: things.length } }
}
