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
  /** The same, by the text in the setting. */
  readonly candidateOfText: ReadonlyMap<string, Candidate>
  readonly architecture: string
  /** Name or id, as the API takes it. */
  readonly image: string
  readonly sshKeys: readonly string[]
  readonly networks: readonly number[]
  readonly firewalls: readonly number[]
  readonly placementGroup: number | undefined
}

/**
 * @param before the last plan: a type that Hetzner has withdrawn since then does not keep the others from being used
 * @throws Rejected for the first thing that does not exist, with a list of what does
 */
export async function resolve(
  api: HetznerApi,
  options: HetznerOptions,
  types: readonly WireServerType[],
  before: Plan | undefined,
  call: CallOptions,
): Promise<Plan> {
  const candidateOfText = new Map(
    options.serverType.map((text) => [text, candidateFor(text, options, types, before)]),
  )
  const candidates = [...new Map([...candidateOfText.values()].map((each) => [each.id, each])).values()]
  const architecture = architectureOf(candidates, types, before?.architecture)
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
    candidateOfText,
    architecture,
    image: image.name ?? String(image.id),
    sshKeys: sshKeys.map(({ name }) => name),
    networks: networks.map(({ id }) => id),
    firewalls: firewalls.map(({ id }) => id),
    placementGroup: group?.id,
  }
}

function candidateFor(
  text: string,
  options: HetznerOptions,
  types: readonly WireServerType[],
  before: Plan | undefined,
): Candidate {
  try {
    return findCandidate(text, options, types)
  } catch (thrown) {
    const known = before?.candidateOfText.get(text)
    if (known) return known
    throw thrown
  }
}

function findCandidate(text: string, options: HetznerOptions, types: readonly WireServerType[]): Candidate {
  const [wanted = '', place = options.location] = text.split(':')
  const type = findNamed('server-type', 'server type', wanted, types)
  if (place === undefined) return { id: type.name, type: type.name, location: undefined }
  const flag = text.includes(':') ? 'server-type' : 'location'
  const known = types.flatMap(({ locations }) => locations)
  const { name } = findNamed(flag, 'location', place, known)
  const places = type.locations.map((location) => location.name)
  if (!places.includes(name)) {
    throw new Rejected(
      `--hetznercloud-${flag}: ${type.name} is not available in ${name}; ${thereAre(places)}`,
    )
  }
  return { id: `${type.name}:${name}`, type: type.name, location: name }
}

/** Agents of a pool all offer the same platform. */
function architectureOf(
  candidates: readonly Candidate[],
  types: readonly WireServerType[],
  before: string | undefined,
): string {
  const named = candidates.map(({ type }) => ({
    type,
    architecture: types.find(({ name }) => name === type)?.architecture ?? before ?? 'x86',
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
