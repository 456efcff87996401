import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import type { TimewebFloatingIp, TimewebServer } from './timeweb-server.ts'

/** A server as the API shows it, with what should never be logged. */
export function serverView(cloud: EmulatedTimeweb, server: TimewebServer): object {
  const { system, imageId, softwareId, size, preset } = server
  const { catalogue } = cloud.settings
  const image = catalogue.images.find(({ id }) => id === imageId)
  const software = catalogue.software.find(({ id }) => id === softwareId)
  return {
    id: server.id,
    name: server.name,
    comment: server.comment,
    created_at: at(server.createdAt),
    os: { id: system?.id ?? 0, name: system?.name ?? 'ubuntu', version: system?.version ?? null },
    software: software ?? null,
    preset_id: preset?.id ?? null,
    location: server.location,
    configurator_id: preset ? null : 11,
    boot_mode: 'std',
    status: server.status,
    start_at: server.status === 'on' ? at(server.createdAt) : null,
    is_ddos_guard: false,
    is_master_ssh: false,
    is_dedicated_cpu: false,
    gpu: 0,
    cpu: size.cpu,
    cpu_frequency: '3.3',
    ram: size.ram,
    disks: [
      {
        id: server.id + 1,
        size: size.disk,
        used: 0,
        type: 'nvme',
        is_mounted: true,
        is_system: true,
        system_name: 'vda',
        status: 'done',
      },
    ],
    avatar_id: null,
    avatar_link: null,
    vnc_pass: `vnc-${server.rootPassword}`,
    root_pass: server.rootPassword,
    image: image ? { ...image, is_custom: true } : null,
    networks: networksOf(cloud, server),
    cloud_init: server.cloudInit,
    is_qemu_agent: true,
    availability_zone: server.zone,
  }
}

/** Addresses come when the server has been installed. */
function networksOf(cloud: EmulatedTimeweb, server: TimewebServer): object[] {
  if (server.status === 'installing') return []
  const floating = cloud.floatingIps.filter(({ serverId }) => serverId === server.id)
  const ips = [
    ...floating.map(({ id, ip }, i) => ({ id, ip, type: 'ipv4', is_main: i === 0 })),
    { ip: '2001:db8::1', type: 'ipv6', is_main: false },
  ]
  return [{ type: 'public', bandwidth: 200, is_ddos_guard: false, ips }]
}

export function floatingIpView({ id, ip, zone, comment, serverId }: TimewebFloatingIp): object {
  return {
    id,
    ip,
    is_ddos_guard: false,
    availability_zone: zone,
    resource_type: serverId === undefined ? null : 'server',
    resource_id: serverId ?? null,
    comment: comment || null,
    ptr: null,
  }
}

/** To the second, as Timeweb has it. */
export function at(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z')
}
