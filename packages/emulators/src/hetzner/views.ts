import { idOfType } from './create-server.ts'
import type { EmulatedHetzner } from './emulated-hetzner.ts'
import type { HetznerServer } from './hetzner-server.ts'
import type { HetznerImage, HetznerLocation, HetznerNamed, HetznerServerType } from './project.ts'
import { hetznerLocations } from './project.ts'

// What the API shows of things, field by field.

const EPOCH = '2025-01-01T00:00:00Z'
const TERABYTES_INCLUDED = 20 * 1_000_000_000_000

export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}

export function viewServer(cloud: EmulatedHetzner, server: HetznerServer): object {
  const { id, hasIpv4, hasIpv6, placementGroup } = server
  const ip = `203.0.113.${id % 250}`
  const prefix = `2001:db8:${(id % 65_536).toString(16)}::`
  const group = cloud.settings.placementGroups.find((each) => each.id === placementGroup)
  return {
    id,
    name: server.name,
    status: server.status,
    created: isoTime(server.createdAt),
    public_net: {
      ipv4: hasIpv4
        ? { id: id + 1_000_000, ip, blocked: false, dns_ptr: `static.${ip}.clients.your-server.invalid` }
        : null,
      ipv6: hasIpv6 ? { id: id + 2_000_000, ip: `${prefix}/64`, blocked: false, dns_ptr: [] } : null,
      floating_ips: [],
      firewalls: server.firewalls.map((firewall) => ({ id: firewall, status: 'applied' })),
    },
    private_net: server.networks.map((network) => ({
      network,
      ip: `10.0.0.${(id % 250) + 2}`,
      alias_ips: [],
      mac_address: '86:00:ff:2a:7d:e1',
    })),
    server_type: viewServerType(cloud, server.type),
    location: viewLocation(server.location),
    image: viewImage(server.image),
    iso: null,
    rescue_enabled: false,
    locked: server.status === 'deleting',
    backup_window: null,
    outgoing_traffic: 0,
    ingoing_traffic: 0,
    included_traffic: TERABYTES_INCLUDED,
    protection: { delete: server.isProtected, rebuild: server.isProtected },
    labels: server.labels,
    volumes: [],
    load_balancers: [],
    primary_disk_size: server.type.diskGb,
    placement_group: group ? viewPlacementGroup(cloud, group) : null,
  }
}

export function viewServerType(cloud: EmulatedHetzner, type: HetznerServerType): object {
  const deprecation = type.deprecated
    ? { announced: type.deprecated.announced, unavailable_after: type.deprecated.unavailableAfter }
    : null
  return {
    id: idOfType(cloud, type),
    name: type.name,
    description: type.name.toUpperCase(),
    category: type.dedicated ? 'General Purpose' : 'Cost-Optimized',
    cores: type.cores,
    memory: type.memoryGb,
    disk: type.diskGb,
    deprecated: deprecation !== null,
    deprecation,
    prices: pricesOf(type),
    storage_type: 'local',
    cpu_type: type.dedicated ? 'dedicated' : 'shared',
    architecture: type.architecture,
    locations: Object.keys(type.hourlyNet).map((name) => ({
      id: hetznerLocations.find((location) => location.name === name)?.id ?? 0,
      name,
      deprecation,
      recommended: deprecation === null,
      available: !cloud.isAnnouncedSoldOut(`${type.name}:${name}`),
    })),
  }
}

export function viewLocation({ id, name, city, country, zone }: HetznerLocation): object {
  const description = `${city} DC Park 1`
  return { id, name, description, country, city, latitude: 50.4, longitude: 12.3, network_zone: zone }
}

export function viewImage({ id, name, type, description, architecture }: HetznerImage): object {
  const [flavor, version] = name?.split('-') ?? []
  return {
    id,
    type,
    status: 'available',
    name,
    description,
    image_size: type === 'snapshot' ? 2.3 : null,
    disk_size: 10,
    created: EPOCH,
    created_from: null,
    bound_to: null,
    os_flavor: flavor === 'debian' ? 'debian' : 'ubuntu',
    os_version: type === 'system' ? (version ?? null) : null,
    rapid_deploy: type === 'system',
    protection: { delete: false },
    deprecated: null,
    deleted: null,
    labels: {},
    architecture,
  }
}

export function viewSshKey({ id, name }: HetznerNamed): object {
  const fingerprint = 'b7:2f:30:a0:2f:6c:58:6c:21:04:58:61:ba:06:3b:2f'
  return { id, name, fingerprint, public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5', labels: {}, created: EPOCH }
}

export function viewNetwork(cloud: EmulatedHetzner, { id, name }: HetznerNamed): object {
  return {
    id,
    name,
    ip_range: '10.0.0.0/16',
    subnets: [{ type: 'cloud', ip_range: '10.0.0.0/24', network_zone: 'eu-central', gateway: '10.0.0.1' }],
    routes: [],
    servers: cloud.servers.filter(({ networks }) => networks.includes(id)).map((server) => server.id),
    load_balancers: [],
    protection: { delete: false },
    labels: {},
    created: EPOCH,
    expose_routes_to_vswitch: false,
  }
}

export function viewFirewall({ id, name }: HetznerNamed): object {
  return { id, name, labels: {}, created: EPOCH, rules: [], applied_to: [] }
}

export function viewPlacementGroup(cloud: EmulatedHetzner, { id, name }: HetznerNamed): object {
  const servers = cloud.servers.filter(({ placementGroup }) => placementGroup === id)
  return { id, name, labels: {}, type: 'spread', created: EPOCH, servers: servers.map((server) => server.id) }
}

export function viewPricing(cloud: EmulatedHetzner): object {
  const { serverTypes, ipv4HourlyNet } = cloud.settings
  const locations = hetznerLocations.map(({ name }) => name)
  const primaryIp = (type: 'ipv4' | 'ipv6', net: number) => ({
    type,
    prices: locations.map((location) => ({ location, ...hourlyAndMonthly(net) })),
  })
  const perGb = { price_per_gb_month: price(0.01) }
  return {
    currency: 'EUR',
    vat_rate: '19.000000',
    primary_ips: [primaryIp('ipv4', ipv4HourlyNet), primaryIp('ipv6', 0)],
    floating_ips: [],
    floating_ip: { price_monthly: price(3) },
    image: perGb,
    volume: perGb,
    server_backup: { percentage: '20.0000000000' },
    server_types: serverTypes.map((type, i) => ({ id: i + 1, name: type.name, prices: pricesOf(type) })),
    load_balancer_types: [],
  }
}

function pricesOf(type: HetznerServerType): readonly object[] {
  return Object.entries(type.hourlyNet).map(([location, net]) => ({
    location,
    ...hourlyAndMonthly(net),
    included_traffic: TERABYTES_INCLUDED,
    price_per_tb_traffic: price(1),
  }))
}

function hourlyAndMonthly(net: number) {
  return { price_hourly: price(net), price_monthly: price(net * 624) }
}

/** Decimal strings, with many places. */
function price(net: number) {
  return { net: net.toFixed(10), gross: (net * 1.19).toFixed(16) }
}
