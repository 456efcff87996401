import { createServer, idOfType } from './create-server.ts'
import type { EmulatedHetzner } from './emulated-hetzner.ts'
import type { HetznerRequest } from './hetzner-call.ts'
import { HetznerRefusal, invalidInput } from './hetzner-refusal.ts'
import { matchesSelector } from './label-selector.ts'
import { page } from './page.ts'
import { type HetznerNamed, hetznerLocations } from './project.ts'
import * as views from './views.ts'

export interface HetznerResult {
  readonly status: number
  readonly body: object
}

/** What is answered to a request whose token is right. @throws HetznerRefusal */
export function answerApi(cloud: EmulatedHetzner, request: HetznerRequest): HetznerResult {
  const { method, path, query } = request
  const [, resource = '', id] = /^\/(\w+)(?:\/(\d+))?$/.exec(path) ?? []
  if (resource === 'datacenters') {
    throw new HetznerRefusal(410, 'deprecated_api_endpoint', 'the endpoint was removed, use locations')
  }
  if (method === 'POST' && path === '/servers') return created(cloud, request.body)
  if (method === 'DELETE' && resource === 'servers' && id !== undefined) return deleted(cloud, Number(id))
  if (method === 'GET' && path === '/pricing') return ok({ pricing: views.viewPricing(cloud) })
  const things = method === 'GET' ? thingsOf(cloud, resource, query) : undefined
  if (!things) throw new HetznerRefusal(404, 'not_found', 'not found')
  if (id === undefined) return ok(page(resource, things.list, query))
  const one = things.find(Number(id))
  if (!one) throw new HetznerRefusal(404, 'not_found', `${things.singular} not found`)
  return ok({ [things.singular]: one })
}

function ok(body: object): HetznerResult {
  return { status: 200, body }
}

interface Things {
  readonly singular: string
  readonly list: readonly object[]
  find(id: number): object | undefined
}

function thingsOf(cloud: EmulatedHetzner, resource: string, query: URLSearchParams): Things | undefined {
  const { settings } = cloud
  const named = (
    singular: string,
    all: readonly HetznerNamed[],
    view: (thing: HetznerNamed) => object,
  ): Things => {
    const find = (id: number) => all.filter((each) => each.id === id).map(view)[0]
    return { singular, find, list: all.filter(({ name }) => isNamed(query, name)).map(view) }
  }
  switch (resource) {
    case 'servers':
      return servers(cloud, query)
    case 'server_types': {
      const all = cloud.serverTypes.map((type) => ({ ...type, id: idOfType(cloud, type) }))
      const view = ({ id }: HetznerNamed) => views.viewServerType(cloud, settings.serverTypes[id - 1]!)
      return named('server_type', all, view)
    }
    case 'locations':
      return named('location', hetznerLocations, ({ id }) => views.viewLocation(hetznerLocations[id - 1]!))
    case 'images':
      return images(cloud, query)
    case 'ssh_keys':
      return named('ssh_key', settings.sshKeys, views.viewSshKey)
    case 'networks':
      return named('network', settings.networks, (each) => views.viewNetwork(cloud, each))
    case 'firewalls':
      return named('firewall', settings.firewalls, views.viewFirewall)
    case 'placement_groups':
      return named('placement_group', settings.placementGroups, (each) =>
        views.viewPlacementGroup(cloud, each),
      )
    default:
      return undefined
  }
}

function servers(cloud: EmulatedHetzner, query: URLSearchParams): Things {
  const selector = query.get('label_selector')
  const fits = cloud.listed.filter(
    ({ name, labels }) => isNamed(query, name) && (!selector || matchesSelector(selector, labels)),
  )
  return {
    singular: 'server',
    list: fits.map((server) => views.viewServer(cloud, server)),
    find: (id) => {
      const server = cloud.find(id)
      return server && views.viewServer(cloud, server)
    },
  }
}

function images(cloud: EmulatedHetzner, query: URLSearchParams): Things {
  const [type, architecture] = [query.getAll('type'), query.get('architecture')]
  const fits = cloud.settings.images.filter(
    (image) =>
      isNamed(query, image.name) &&
      (type.length === 0 || type.includes(image.type)) &&
      (architecture === null || architecture === image.architecture),
  )
  return {
    singular: 'image',
    list: fits.map(views.viewImage),
    find: (id) => cloud.settings.images.filter((image) => image.id === id).map(views.viewImage)[0],
  }
}

function isNamed(query: URLSearchParams, name: string | null): boolean {
  return !query.has('name') || query.get('name') === name
}

function created(cloud: EmulatedHetzner, body: string): HetznerResult {
  let order: unknown
  try {
    order = JSON.parse(body)
  } catch {
    throw new HetznerRefusal(400, 'json_error', 'error parsing json request')
  }
  if (typeof order !== 'object' || order === null) throw invalidInput('name', 'is missing')
  const server = createServer(cloud, order)
  const hasKeys = 'ssh_keys' in order && Array.isArray(order.ssh_keys) && order.ssh_keys.length > 0
  // Without a key there must be a way in.
  const password = hasKeys ? null : `root-${cloud.random().toString(36).slice(2)}`
  if (password !== null) cloud.rootPasswords.push(password)
  return {
    status: 201,
    body: {
      server: views.viewServer(cloud, server),
      action: action(cloud, 'create_server', server.id),
      next_actions: [action(cloud, 'start_server', server.id)],
      root_password: password,
    },
  }
}

function deleted(cloud: EmulatedHetzner, id: number): HetznerResult {
  const server = cloud.find(id)
  if (!server) throw new HetznerRefusal(404, 'not_found', 'server not found')
  cloud.delete(server)
  return ok({ action: action(cloud, 'delete_server', id) })
}

function action(cloud: EmulatedHetzner, command: string, serverId: number): object {
  return {
    id: cloud.newId(),
    command,
    status: 'running',
    started: views.isoTime(cloud.clock.now()),
    finished: null,
    progress: 0,
    resources: [{ id: serverId, type: 'server' }],
    error: null,
  }
}
