/** What the emulated account can choose from: a few of each, in places of two countries. */
export interface TimewebPreset {
  readonly id: number
  readonly location: string
  /** Roubles a month. */
  readonly price: number
  readonly cpu: number
  /** Megabytes, as the disk is. */
  readonly ram: number
  readonly disk: number
  readonly name: string
}

export interface TimewebSystem {
  readonly id: number
  readonly name: string
  readonly version: string
  readonly codename: string
}

export interface TimewebNamed {
  readonly id: number
  readonly name: string
}

export interface TimewebLocation {
  readonly location: string
  readonly country: string
  readonly zones: readonly string[]
}

export interface TimewebCatalogue {
  readonly presets: readonly TimewebPreset[]
  readonly systems: readonly TimewebSystem[]
  readonly locations: readonly TimewebLocation[]
  readonly sshKeys: readonly TimewebNamed[]
  readonly projects: readonly TimewebNamed[]
  readonly software: readonly TimewebNamed[]
  readonly images: readonly { readonly id: string; readonly name: string }[]
}

export const defaultTimewebCatalogue: TimewebCatalogue = {
  presets: [
    { id: 2447, location: 'ru-1', price: 550, cpu: 1, ram: 2048, disk: 30_720, name: 'Cloud 30' },
    { id: 2449, location: 'ru-1', price: 880, cpu: 2, ram: 4096, disk: 51_200, name: 'Cloud 50' },
    { id: 2453, location: 'ru-1', price: 1800, cpu: 4, ram: 8192, disk: 81_920, name: 'Cloud 80' },
    { id: 3869, location: 'nl-1', price: 990, cpu: 2, ram: 4096, disk: 51_200, name: 'Cloud NL 50' },
  ],
  systems: [
    { id: 79, name: 'ubuntu', version: '22.04', codename: 'jammy' },
    { id: 99, name: 'ubuntu', version: '24.04', codename: 'noble' },
    { id: 93, name: 'debian', version: '12', codename: 'bookworm' },
  ],
  locations: [
    { location: 'ru-1', country: 'RU', zones: ['spb-1', 'spb-3'] },
    { location: 'ru-3', country: 'RU', zones: ['msk-1'] },
    { location: 'nl-1', country: 'NL', zones: ['ams-1'] },
  ],
  sshKeys: [
    { id: 501, name: 'ops' },
    { id: 502, name: 'laptop' },
  ],
  projects: [
    { id: 11, name: 'default' },
    { id: 12, name: 'ci' },
  ],
  software: [{ id: 7, name: 'Docker' }],
  images: [{ id: '6f1b8f5e-9d3a-4c39-9a57-0d3c2f5b7a10', name: 'ci-golden' }],
}

/** The one configurator of `ru-1`. */
export const CONFIGURATOR = {
  id: 11,
  location: 'ru-1',
  requirements: {
    cpu_min: 1,
    cpu_step: 1,
    cpu_max: 8,
    ram_min: 1024,
    ram_step: 1024,
    ram_max: 16_384,
    disk_min: 10_240,
    disk_step: 5120,
    disk_max: 204_800,
    network_bandwidth_min: 100,
    network_bandwidth_step: 100,
    network_bandwidth_max: 1000,
    gpu_min: null,
    gpu_max: null,
    gpu_step: null,
  },
} as const
