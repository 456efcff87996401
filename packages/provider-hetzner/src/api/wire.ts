// As much of the API's answers as is used: https://docs.hetzner.cloud/reference/cloud

/** Of one thing in one place; amounts are decimal strings with up to ten places. */
export interface WirePrice {
  readonly location: string
  readonly price_hourly: { readonly net: string }
}

export interface WireServer {
  readonly id: number
  readonly name: string
  /** One of a list that may grow. */
  readonly status: string
  /** ISO 8601. */
  readonly created: string
  readonly labels: Readonly<Record<string, string>>
  readonly public_net: { readonly ipv4?: unknown }
  readonly server_type: { readonly name: string; readonly prices: readonly WirePrice[] }
  readonly location: { readonly name: string }
}

/** A machine type's place. */
export interface WirePlace {
  readonly id: number
  readonly name: string
  readonly deprecation?: { readonly unavailable_after: string } | null | undefined
  readonly available: boolean
}

export interface WireServerType {
  readonly id: number
  readonly name: string
  readonly cores: number
  /** GB */
  readonly memory: number
  /** GB */
  readonly disk: number
  readonly cpu_type: string
  /** `x86` or `arm`. */
  readonly architecture: string
  readonly prices: readonly WirePrice[]
  readonly locations: readonly WirePlace[]
}

export interface WireImage {
  readonly id: number
  /** `null` for snapshots and backups. */
  readonly name: string | null
  readonly type: string
  readonly description: string
  readonly architecture: string
}

/** A key, network, firewall or placement group. */
export interface WireNamed {
  readonly id: number
  readonly name: string
}

export interface WirePricing {
  readonly currency: string
  readonly primary_ips: readonly { readonly type: string; readonly prices: readonly WirePrice[] }[]
}

/** Resources that come in pages, each under its own name. */
export interface Resources {
  readonly servers: WireServer
  readonly server_types: WireServerType
  readonly images: WireImage
  readonly ssh_keys: WireNamed
  readonly networks: WireNamed
  readonly firewalls: WireNamed
  readonly placement_groups: WireNamed
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextPage: number | null
  readonly total: number | null | undefined
}
