import type { HetznerSettings } from './settings.ts'

export type HetznerArchitecture = 'x86' | 'arm'

export interface HetznerServerType {
  readonly name: string
  readonly cores: number
  readonly memoryGb: number
  readonly diskGb: number
  readonly architecture: HetznerArchitecture
  readonly dedicated?: boolean
  /** Where there is any, at what price. */
  readonly hourlyNet: Readonly<Record<string, number>>
  /** ISO 8601. */
  readonly deprecated?: { readonly announced: string; readonly unavailableAfter: string }
}

export interface HetznerImage {
  readonly id: number
  /** `null` for snapshots, which have a description alone. */
  readonly name: string | null
  readonly type: 'system' | 'app' | 'snapshot'
  readonly description: string
  readonly architecture: HetznerArchitecture
}

/** A key, network, firewall or placement group. */
export interface HetznerNamed {
  readonly id: number
  readonly name: string
}

export interface HetznerLocation {
  readonly id: number
  readonly name: string
  readonly city: string
  readonly country: string
  readonly zone: string
}

export const hetznerLocations: readonly HetznerLocation[] = [
  { id: 1, name: 'fsn1', city: 'Falkenstein', country: 'DE', zone: 'eu-central' },
  { id: 2, name: 'nbg1', city: 'Nuremberg', country: 'DE', zone: 'eu-central' },
  { id: 3, name: 'hel1', city: 'Helsinki', country: 'FI', zone: 'eu-central' },
  { id: 4, name: 'ash', city: 'Ashburn, VA', country: 'US', zone: 'us-east' },
]

const europe = (net: number) => ({ fsn1: net, nbg1: net, hel1: net })

const serverTypes: readonly HetznerServerType[] = [
  { name: 'cx23', cores: 2, memoryGb: 4, diskGb: 40, architecture: 'x86', hourlyNet: europe(0.0056) },
  { name: 'cx33', cores: 4, memoryGb: 8, diskGb: 80, architecture: 'x86', hourlyNet: europe(0.0088) },
  {
    name: 'cpx22',
    cores: 2,
    memoryGb: 4,
    diskGb: 80,
    architecture: 'x86',
    hourlyNet: { ...europe(0.0104), ash: 0.0136 },
  },
  { name: 'cax11', cores: 2, memoryGb: 4, diskGb: 40, architecture: 'arm', hourlyNet: europe(0.0053) },
  { name: 'cax21', cores: 4, memoryGb: 8, diskGb: 80, architecture: 'arm', hourlyNet: europe(0.0101) },
  {
    name: 'ccx13',
    cores: 2,
    memoryGb: 8,
    diskGb: 80,
    architecture: 'x86',
    dedicated: true,
    hourlyNet: { ...europe(0.0216), ash: 0.0216 },
  },
  {
    name: 'cx22',
    cores: 2,
    memoryGb: 4,
    diskGb: 40,
    architecture: 'x86',
    hourlyNet: europe(0.006),
    deprecated: { announced: '2025-10-16T06:00:00Z', unavailableAfter: '2025-12-31T23:59:59Z' },
  },
]

const images: readonly HetznerImage[] = (['x86', 'arm'] as const).flatMap((architecture, i) => [
  { id: 100 + i, name: 'ubuntu-24.04', type: 'system', description: 'Ubuntu 24.04', architecture },
  { id: 110 + i, name: 'debian-12', type: 'system', description: 'Debian 12', architecture },
  { id: 120 + i, name: 'docker-ce', type: 'app', description: 'Docker CE', architecture },
])

export const defaultHetznerSettings: HetznerSettings = {
  tokens: [{ token: 'emulated-hetzner-token', rights: 'read-write' }],
  serverTypes,
  images,
  sshKeys: [{ id: 501, name: 'admin' }],
  networks: [{ id: 601, name: 'ci' }],
  firewalls: [{ id: 701, name: 'no-way-in' }],
  placementGroups: [{ id: 801, name: 'apart' }],
  serverLimit: Infinity,
  dedicatedCoreLimit: Infinity,
  ipv4HourlyNet: 0.0008,
  answerMs: 0,
  startMs: 8_000,
  bootMs: 30_000,
  deleteMs: 1_000,
  listLagMs: 0,
  rateLimit: { burst: 3_600, perSecond: 1 },
}
