import { type CallOptions, Rejected } from '@woodpeckers/autoscaler-core'
import type { HetznerApi } from './api/hetzner-api.ts'
import type { WireImage, WireServerType } from './api/wire.ts'
import { findNamed, thereAre } from './find-named.ts'
import type { HetznerOptions } from './options.ts'

/** A machine type where it may be made. */
export interface Candidate {
  /** As the user wrote it, for example `cx23:fsn1`, or `cx23` where Hetzner chooses the place. */
  readonly id: string
  readonly type: string
  readonly location: string | undefined
}

/** What the settings stand for at this project. */
export interface Plan {
  readonly candidates: readonly Candidate[]
  readonly architecture: string
  /** Name or id, as the API takes it. */
  readonly image: string
  readonly sshKeys: readonly string[]
  readonly networks: readonly number[]
  readonly firewalls: readonly number[]
  readonly placementGroup: number | undefined
}

/** @throws Rejected for the first thing that is not there, with a list of what is */
export async function resolve(
  api: HetznerApi,
  options: HetznerOptions,
  types: readonly WireServerType[],
  call: CallOptions,
): Promise<Plan> {
  const candidates = candidatesOf(options, types)
  const architecture = architectureOf(candidates, types)
  const named = async (
    flag: string,
    kind: string,
    resource: 'ssh_keys' | 'networks' | 'firewalls' | 'placement_groups',
    wanted: readonly string[],
  ) => {
    const all = wanted.length === 0 ? [] : await api.list(resource, {}, call)
    return wanted.map((each) => findNamed(flag, kind, each, all))
  }
  const image = await imageOf(api, options.image, architecture, call)
  const sshKeys = await named('ssh-keys', 'SSH key', 'ssh_keys', options.sshKeys)
  const networks = await named('networks', 'network', 'networks', options.networks)
  const firewalls = await named('firewalls', 'firewall', 'firewalls', options.firewalls)
  const groups = options.placementGroup === undefined ? [] : [options.placementGroup]
  const [group] = await named('placement-group', 'placement group', 'placement_groups', groups)
  return {
    candidates,
    architecture,
    image: image.name ?? String(image.id),
    sshKeys: sshKeys.map(({ name }) => name),
    networks: networks.map(({ id }) => id),
    firewalls: firewalls.map(({ id }) => id),
    placementGroup: group?.id,
  }
}

function candidatesOf(options: HetznerOptions, types: readonly WireServerType[]): readonly Candidate[] {
  const candidates = options.serverType.map((text): Candidate => {
    const [wanted = '', place = options.location] = text.split(':')
    const type = findNamed('server-type', 'server type', wanted, types)
    if (place === undefined) return { id: type.name, type: type.name, location: undefined }
    const flag = text.includes(':') ? 'server-type' : 'location'
    const known = types.flatMap(({ locations }) => locations)
    const { name } = findNamed(flag, 'location', place, known)
    const places = type.locations.map((location) => location.name)
    if (!places.includes(name)) {
      throw new Rejected(
        `--hetznercloud-${flag}: ${type.name} is not to be had in ${name}; ${thereAre(places)}`,
      )
    }
    return { id: `${type.name}:${name}`, type: type.name, location: name }
  })
  return [...new Map(candidates.map((candidate) => [candidate.id, candidate])).values()]
}

/** Agents of a pool all offer the same platform. */
function architectureOf(candidates: readonly Candidate[], types: readonly WireServerType[]): string {
  const named = candidates.map(({ type }) => ({
    type,
    architecture: types.find(({ name }) => name === type)?.architecture ?? 'x86',
  }))
  const architectures = new Set(named.map(({ architecture }) => architecture))
  const [architecture = 'x86'] = architectures
  if (architectures.size === 1) return architecture
  const list = named.map((each) => `${each.type} is ${each.architecture}`).join(', ')
  throw new Rejected(
    `--hetznercloud-server-type: one pool has one architecture, but ${list}; make a pool for each`,
  )
}

async function imageOf(
  api: HetznerApi,
  wanted: string,
  architecture: string,
  call: CallOptions,
): Promise<WireImage> {
  const all = await api.list('images', { architecture, include_deprecated: 'true' }, call)
  const described = all.find(({ name, description }) => name === null && description === wanted)
  return described ?? findNamed('image', `image for ${architecture}`, wanted, all)
}
