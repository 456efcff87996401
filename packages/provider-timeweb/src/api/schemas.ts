import { z } from 'zod'
import type * as wire from './wire.ts'

const meta = z.object({ total: z.number() })
const text = z.string().nullish()
const number = z.number().nullish()

const server = z.object({
  id: z.number(),
  name: z.string(),
  comment: text,
  status: z.string(),
  created_at: text,
  preset_id: number,
  networks: z
    .array(
      z.object({
        type: text,
        ips: z.array(z.object({ id: text, ip: text, type: text, is_main: z.boolean().nullish() })).nullish(),
      }),
    )
    .nullish(),
})

export const oneServerSchema: z.ZodType<{ server: wire.WireServer }> = z.object({ server })
export const serversSchema: z.ZodType<wire.WireServers> = z.object({ meta, servers: z.array(server) })

export const deletionSchema: z.ZodType<{ server_delete: wire.WireDeletion }> = z.object({
  server_delete: z.object({ hash: text, is_moved_in_quarantine: z.boolean().nullish() }),
})

const floatingIp = z.object({
  id: z.string(),
  ip: text,
  comment: text,
  resource_type: text,
  /** A number in the document; ids of other resources are texts. */
  resource_id: z.union([z.number(), z.string()]).nullish(),
})

export const floatingIpsSchema: z.ZodType<{ ips: readonly wire.WireFloatingIp[] }> = z.object({
  ips: z.array(floatingIp),
})

export const presetsSchema: z.ZodType<{ server_presets: readonly wire.WirePreset[] }> = z.object({
  server_presets: z.array(
    z.object({
      id: z.number(),
      location: z.string(),
      price: z.number(),
      cpu: z.number(),
      ram: z.number(),
      disk: z.number(),
      bandwidth: number,
      description_short: text,
    }),
  ),
})

export const systemsSchema: z.ZodType<{ servers_os: readonly wire.WireSystem[] }> = z.object({
  servers_os: z.array(z.object({ id: z.number(), name: z.string(), version: text, version_codename: text })),
})

export const configuratorsSchema: z.ZodType<{ server_configurators: readonly wire.WireConfigurator[] }> =
  z.object({
    server_configurators: z.array(
      z.object({
        id: z.number(),
        location: z.string(),
        requirements: z.object({
          cpu_min: z.number(),
          cpu_max: z.number(),
          cpu_step: z.number(),
          ram_min: z.number(),
          ram_max: z.number(),
          ram_step: z.number(),
          disk_min: z.number(),
          disk_max: z.number(),
          disk_step: z.number(),
          gpu_max: number,
          network_bandwidth_min: number,
        }),
      }),
    ),
  })

export const locationsSchema: z.ZodType<{ locations: readonly wire.WireLocation[] }> = z.object({
  locations: z.array(z.object({ location: z.string(), availability_zones: z.array(z.string()) })),
})

const named = z.object({ id: z.number(), name: z.string() })

/** The document says `ssh-keys`; what is sent, and what Timeweb's own command line reads, is `ssh_keys`. */
export const sshKeysSchema: z.ZodType<readonly wire.WireNamed[]> = z.union([
  z.object({ ssh_keys: z.array(named) }).transform((answer) => answer.ssh_keys),
  z.object({ 'ssh-keys': z.array(named) }).transform((answer) => answer['ssh-keys']),
])

export const projectsSchema: z.ZodType<{ projects: readonly wire.WireNamed[] }> = z.object({
  projects: z.array(named),
})

export const softwareSchema: z.ZodType<{ servers_software: readonly wire.WireNamed[] }> = z.object({
  servers_software: z.array(named),
})

export const imagesSchema: z.ZodType<wire.WireImages> = z.object({
  meta,
  images: z.array(z.object({ id: z.string(), name: z.string() })),
})

export const statusSchema: z.ZodType<{ status: wire.WireStatus }> = z.object({
  status: z.object({ is_blocked: z.boolean() }),
})

export const financesSchema: z.ZodType<{ finances: wire.WireFinances }> = z.object({
  finances: z.object({ balance: z.number(), currency: z.string(), hours_left: number }),
})
