import { z } from 'zod'
import type { Page, Resources, WireImage, WirePricing, WireServer } from './wire.ts'

const prices = z.array(z.object({ location: z.string(), price_hourly: z.object({ net: z.string() }) }))
const named = z.object({ id: z.int(), name: z.string() })

const server = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  created: z.string(),
  labels: z.record(z.string(), z.string()),
  public_net: z.object({ ipv4: z.unknown() }),
  server_type: z.object({ name: z.string(), prices }),
  location: z.object({ name: z.string() }),
})

const image = z.object({
  id: z.int(),
  name: z.string().nullable(),
  type: z.string(),
  description: z.string(),
  architecture: z.string(),
})

const serverType = z.object({
  id: z.int(),
  name: z.string(),
  cores: z.number(),
  memory: z.number(),
  disk: z.number(),
  cpu_type: z.string(),
  architecture: z.string(),
  prices,
  locations: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      deprecation: z.object({ unavailable_after: z.string() }).nullish(),
      available: z.boolean(),
    }),
  ),
})

// The root password beside the server is left out here, so it goes no further.
export const oneServer: z.ZodType<{ readonly server: WireServer }> = z.object({ server })
export const oneImage: z.ZodType<{ readonly image: WireImage }> = z.object({ image })
export const pricing: z.ZodType<{ readonly pricing: WirePricing }> = z.object({
  pricing: z.object({
    currency: z.string(),
    primary_ips: z.array(z.object({ type: z.string(), prices })),
  }),
})
export const anything: z.ZodType<unknown> = z.looseObject({})

const items: { readonly [R in keyof Resources]: z.ZodType<Resources[R]> } = {
  servers: server,
  server_types: serverType,
  images: image,
  ssh_keys: named,
  networks: named,
  firewalls: named,
  placement_groups: named,
}

const meta = z.object({
  pagination: z.object({ next_page: z.int().nullable(), total_entries: z.int().nullish() }),
})

/** A page of a resource, whose items stand under the resource's own name. */
export function pageOf<R extends keyof Resources>(resource: R): z.ZodType<Page<Resources[R]>> {
  return z.object({ [resource]: z.array(items[resource]), meta }).transform((page) => {
    const { pagination } = page['meta'] as z.output<typeof meta>
    return {
      items: page[resource] as Resources[R][],
      nextPage: pagination.next_page,
      total: pagination.total_entries,
    }
  })
}
