import type { CallOptions, CatalogueTable } from '@woodpeckers/autoscaler-core'
import type { WirePlace, WirePrice } from './api/wire.ts'
import { hasEnded } from './offerings.ts'
import { hourlyPrice } from './prices.ts'
import type { HetznerSite } from './site.ts'

/** Everything that there is to choose from, whatever the settings name. */
export async function catalogue(
  site: Pick<HetznerSite, 'api' | 'clock' | 'serverTypes' | 'pricing'>,
  call: CallOptions,
): Promise<readonly CatalogueTable[]> {
  const [types, pricing] = await Promise.all([site.serverTypes(), site.pricing()])
  const images = await site.api.list('images', {}, call)
  const { currency } = pricing
  const price = (prices: readonly WirePrice[], place: string, hasIpv4: boolean) => {
    const found = hourlyPrice(pricing, prices, place, hasIpv4)
    return found ? found.amount.toFixed(4) : 'unknown'
  }
  return [
    {
      title: 'Machine types',
      columns: [
        'type',
        'location',
        'cores',
        'memory',
        'disk',
        'architecture',
        'cpu',
        `${currency}/h net`,
        'with IPv4',
        'available',
      ],
      rows: types.flatMap((type) =>
        type.locations.map((place) => [
          type.name,
          place.name,
          String(type.cores),
          `${type.memory} GB`,
          `${type.disk} GB`,
          goArchitecture(type.architecture),
          type.cpu_type,
          price(type.prices, place.name, false),
          price(type.prices, place.name, true),
          availabilityOf(place, site.clock.now()),
        ]),
      ),
    },
    {
      title: 'Images',
      columns: ['image', 'id', 'kind', 'architecture', 'description'],
      rows: images.map(({ id, name, type, architecture, description }) => [
        name ?? '',
        String(id),
        type,
        goArchitecture(architecture),
        description,
      ]),
    },
  ]
}

function availabilityOf({ available, deprecation }: WirePlace, now: number): string {
  if (hasEnded({ deprecation }, now)) return 'no longer'
  if (!available) return 'sold out'
  return deprecation ? `until ${deprecation.unavailable_after.slice(0, 10)}` : 'yes'
}

/** As agents name it. */
export function goArchitecture(architecture: string): string {
  return architecture === 'arm' ? 'arm64' : 'amd64'
}
