import type { CallOptions, CatalogueTable } from '@woodpeckers/autoscaler-core'
import type { TimewebApi } from './api/timeweb-api.ts'
import { hourlyPrice } from './price.ts'

/** What there is to choose from. */
export async function catalogueOf(api: TimewebApi, call: CallOptions): Promise<readonly CatalogueTable[]> {
  const presets = await api.presets(call)
  const systems = await api.systems(call)
  const locations = await api.locations(call)
  const configurators = await api.configurators(call)
  return [
    {
      title: 'Presets (--timewebcloud-preset-id)',
      columns: ['id', 'name', 'place', 'cores', 'memory', 'disk', 'a month', 'an hour', 'architecture'],
      rows: presets.map(({ id, description_short, location, cpu, ram, disk, price }) => [
        String(id),
        description_short ?? '',
        location,
        String(cpu),
        gigabytes(ram),
        gigabytes(disk),
        `${price} RUB`,
        `${hourlyPrice(price).amount} RUB`,
        'amd64',
      ]),
    },
    {
      title: 'Sizes of one’s own (--timewebcloud-configuration)',
      columns: ['configurator', 'place', 'cores', 'memory', 'disk'],
      rows: configurators.map(({ id, location, requirements: r }) => [
        String(id),
        location,
        `${r.cpu_min} to ${r.cpu_max}`,
        `${gigabytes(r.ram_min)} to ${gigabytes(r.ram_max)}`,
        `${gigabytes(r.disk_min)} to ${gigabytes(r.disk_max)}`,
      ]),
    },
    {
      title: 'Operating systems (--timewebcloud-os-id)',
      columns: ['id', 'name', 'codename'],
      rows: systems.map(({ id, name, version, version_codename }) => [
        String(id),
        version ? `${name}-${version}` : name,
        version_codename ?? '',
      ]),
    },
    {
      title: 'Zones (--timewebcloud-availability-zone)',
      columns: ['zone', 'place'],
      rows: locations.flatMap(({ location, availability_zones }) =>
        availability_zones.map((zone) => [zone, location]),
      ),
    },
  ]
}

function gigabytes(megabytes: number): string {
  return `${Math.round((megabytes / 1024) * 10) / 10} GB`
}
