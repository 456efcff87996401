// What Timeweb answers, as far as it is used. Root and VNC passwords and user data are in its answers too: what is
// not named here never leaves the parser.

type Maybe<T> = T | null | undefined

export interface WireServer {
  readonly id: number
  readonly name: string
  readonly comment?: Maybe<string>
  /** `on`, `off`, `installing` … more come and go. */
  readonly status: string
  readonly created_at?: Maybe<string>
  readonly preset_id?: Maybe<number>
  readonly networks?: Maybe<
    {
      readonly type?: Maybe<string>
      readonly ips?: Maybe<WireAddress[]>
    }[]
  >
}

export interface WireAddress {
  /** Only floating ones have it. */
  readonly id?: Maybe<string>
  readonly ip?: Maybe<string>
  readonly type?: Maybe<string>
  readonly is_main?: Maybe<boolean>
}

export interface WireServers {
  readonly meta: WireMeta
  readonly servers: readonly WireServer[]
}

export interface WireMeta {
  readonly total: number
}

/** Of a DELETE that was answered with 200. */
export interface WireDeletion {
  readonly hash?: Maybe<string>
  readonly is_moved_in_quarantine?: Maybe<boolean>
}

export interface WireFloatingIp {
  readonly id: string
  readonly ip?: Maybe<string>
  readonly comment?: Maybe<string>
  readonly resource_type?: Maybe<string>
  readonly resource_id?: Maybe<number | string>
}

export interface WirePreset {
  readonly id: number
  readonly location: string
  /** Roubles a month. */
  readonly price: number
  readonly cpu: number
  /** Megabytes, as the disk is. */
  readonly ram: number
  readonly disk: number
  readonly bandwidth?: Maybe<number>
  readonly description_short?: Maybe<string>
}

export interface WireSystem {
  readonly id: number
  readonly name: string
  readonly version?: Maybe<string>
  readonly version_codename?: Maybe<string>
}

export interface WireConfigurator {
  readonly id: number
  readonly location: string
  readonly requirements: {
    readonly cpu_min: number
    readonly cpu_max: number
    readonly cpu_step: number
    readonly ram_min: number
    readonly ram_max: number
    readonly ram_step: number
    readonly disk_min: number
    readonly disk_max: number
    readonly disk_step: number
    readonly gpu_max?: Maybe<number>
    readonly network_bandwidth_min?: Maybe<number>
  }
}

export interface WireLocation {
  readonly location: string
  readonly availability_zones: readonly string[]
}

export interface WireNamed {
  readonly id: number
  readonly name: string
}

export interface WireImage {
  readonly id: string
  readonly name: string
}

export interface WireImages {
  readonly meta: WireMeta
  readonly images: readonly WireImage[]
}

export interface WireStatus {
  readonly is_blocked: boolean
}

export interface WireFinances {
  readonly balance: number
  readonly currency: string
  readonly hours_left?: Maybe<number>
}
