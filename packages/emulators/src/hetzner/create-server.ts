import type { EmulatedHetzner } from './emulated-hetzner.ts'
import { HetznerRefusal, invalidInput } from './hetzner-refusal.ts'
import type { HetznerServer } from './hetzner-server.ts'
import { type HetznerNamed, type HetznerServerType, hetznerLocations } from './project.ts'

/** 32 KiB, uncompressed. */
const LARGEST_USER_DATA = 32_768
const HOST_NAME = /^(?!.*\.\.)[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i
const LABEL_KEY = /^(?:[a-z0-9.-]{1,253}\/)?[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i
const LABEL_VALUE = /^(?:[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?)?$/i

/** What `POST /servers` takes, as far as it is emulated. */
interface CreateBody {
  readonly name?: unknown
  readonly server_type?: unknown
  readonly image?: unknown
  readonly location?: unknown
  readonly datacenter?: unknown
  readonly user_data?: unknown
  readonly labels?: Readonly<Record<string, string>>
  readonly ssh_keys?: readonly (string | number)[]
  readonly networks?: readonly number[]
  readonly firewalls?: readonly { readonly firewall: number }[]
  readonly placement_group?: number
  readonly public_net?: { readonly enable_ipv4?: boolean; readonly enable_ipv6?: boolean }
}

/** Looks at everything that is asked for, then makes the server. @throws HetznerRefusal */
export function createServer(cloud: EmulatedHetzner, body: CreateBody): HetznerServer {
  const { settings } = cloud
  const { name, user_data: userData = '', labels = {}, public_net: net = {} } = body
  if (typeof name !== 'string' || !HOST_NAME.test(name)) throw invalidInput('name', 'is no valid host name')
  if (body.datacenter !== undefined) throw invalidInput('datacenter', 'has been removed')
  if (typeof userData !== 'string' || Buffer.byteLength(userData) > LARGEST_USER_DATA) {
    throw invalidInput('user_data', 'is too long (maximum is 32768 bytes)')
  }
  for (const [key, value] of Object.entries(labels)) {
    if (!LABEL_KEY.test(key) || !LABEL_VALUE.test(value)) throw invalidInput('labels', 'is no valid label')
  }
  const type = cloud.serverTypes.find((each) => isOf(body.server_type, each.name, idOfType(cloud, each)))
  if (!type) throw invalidInput('server_type', 'server type not found')
  if (type.deprecated && Date.parse(type.deprecated.unavailableAfter) < cloud.clock.now()) {
    throw new HetznerRefusal(422, 'invalid_input', `server type ${idOfType(cloud, type)} is deprecated`)
  }
  const image = settings.images.find(
    ({ id, name, architecture }) =>
      architecture === type.architecture && isOf(body.image, name ?? undefined, id),
  )
  if (!image) throw invalidInput('image', 'image not found')
  const location = hetznerLocations.find((each) => {
    if (!(each.name in type.hourlyNet)) return false
    return body.location === undefined || isOf(body.location, each.name, each.id)
  })
  if (!location) throw new HetznerRefusal(422, 'invalid_input', 'unsupported location for server type', {})
  const firewalls = (body.firewalls ?? []).map(({ firewall }) => firewall)
  mustExist('ssh_keys', body.ssh_keys ?? [], settings.sshKeys)
  mustExist('networks', body.networks ?? [], settings.networks)
  mustExist('firewalls', firewalls, settings.firewalls)
  mustExist('placement_group', body.placement_group ? [body.placement_group] : [], settings.placementGroups)
  const { enable_ipv4: hasIpv4 = true, enable_ipv6: hasIpv6 = true } = net
  return cloud.create({
    name,
    type,
    image,
    location,
    labels,
    userData,
    hasIpv4,
    hasIpv6,
    networks: body.networks ?? [],
    firewalls,
    placementGroup: body.placement_group,
  })
}

/** Types keep their ids when others are withdrawn. */
export function idOfType({ settings }: EmulatedHetzner, type: HetznerServerType): number {
  return settings.serverTypes.indexOf(type) + 1
}

function isOf(said: unknown, name: string | undefined, id: number): boolean {
  return said !== undefined && (said === name || said === id || said === String(id))
}

function mustExist(
  field: string,
  wanted: readonly (string | number)[],
  there: readonly HetznerNamed[],
): void {
  for (const each of wanted) {
    if (there.some(({ id, name }) => isOf(each, name, id))) continue
    throw new HetznerRefusal(404, 'not_found', `${field} not found`)
  }
}
