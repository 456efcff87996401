import { type CallOptions, Rejected, UnexpectedAnswer } from '@woodpeckers/autoscaler-core'
import { type Exchange, parseAnswer, type ReadCall } from '@woodpeckers/autoscaler-http'
import type { z } from 'zod'
import * as schemas from './schemas.ts'
import type * as wire from './wire.ts'

/** What a server is ordered with, as Timeweb names it. */
export interface ServerOrder {
  readonly name: string
  readonly comment: string
  readonly hostname: string
  readonly cloud_init: string
  readonly os_id?: number
  readonly image_id?: string
  readonly preset_id?: number
  readonly configuration?: {
    readonly configurator_id: number
    readonly cpu: number
    readonly ram: number
    readonly disk: number
    readonly gpu?: number
  }
  readonly bandwidth?: number
  readonly availability_zone?: string
  readonly ssh_keys_ids?: readonly number[]
  readonly project_id?: number
  readonly software_id?: number
  readonly network?: { readonly floating_ip: string }
}

/** What became of a DELETE: it may well not have happened. */
export type ServerDeletion =
  | { readonly kind: 'deleted' | 'already-gone' | 'sms-confirmation' }
  | { readonly kind: 'answered'; readonly deletion: wire.WireDeletion }

/** One function for each endpoint in use; every page of what has pages. */
export interface TimewebApi {
  servers(call: ReadCall): Promise<readonly wire.WireServer[]>
  /** `undefined`: there is none. */
  server(id: number, call: CallOptions): Promise<wire.WireServer | undefined>
  createServer(order: ServerOrder, call: CallOptions): Promise<wire.WireServer>
  deleteServer(id: number, call: CallOptions): Promise<ServerDeletion>
  floatingIps(call: ReadCall): Promise<readonly wire.WireFloatingIp[]>
  /** Gone already = success. */
  commentFloatingIp(id: string, comment: string, call: CallOptions): Promise<void>
  /** Gone already = success. */
  deleteFloatingIp(id: string, call: CallOptions): Promise<void>
  presets(call: CallOptions): Promise<readonly wire.WirePreset[]>
  systems(call: CallOptions): Promise<readonly wire.WireSystem[]>
  configurators(call: CallOptions): Promise<readonly wire.WireConfigurator[]>
  locations(call: CallOptions): Promise<readonly wire.WireLocation[]>
  sshKeys(call: CallOptions): Promise<readonly wire.WireNamed[]>
  projects(call: CallOptions): Promise<readonly wire.WireNamed[]>
  software(call: CallOptions): Promise<readonly wire.WireNamed[]>
  images(call: CallOptions): Promise<readonly wire.WireImage[]>
  status(call: CallOptions): Promise<wire.WireStatus>
  finances(call: CallOptions): Promise<wire.WireFinances>
}

const PER_PAGE = 100
const WEB_PAGE_HINT = 'is a proxy in between, or is the API’s URL wrong?'

interface Answered {
  readonly where: string
  readonly response: Response
  readonly text: string
}

export function createTimewebApi(baseUrl: string, exchange: Exchange): TimewebApi {
  async function ask(
    method: string,
    path: string,
    { signal, onSend }: ReadCall,
    body?: object,
  ): Promise<Answered> {
    const request = new Request(baseUrl + path, {
      method,
      signal,
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const response = await exchange(request, onSend && { onSend })
    return { where: `${method} ${path}`, response, text: await response.text() }
  }

  async function get<T>(path: string, schema: z.ZodType<T>, call: ReadCall): Promise<T> {
    return parse(schema, found(await ask('GET', path, call)))
  }

  return {
    servers: (call) =>
      allPages('/api/v1/servers', call, async (path) => {
        const { meta, servers } = await get(path, schemas.serversSchema, call)
        return { total: meta.total, items: servers }
      }),
    server: async (id, call) => {
      const answered = await ask('GET', `/api/v1/servers/${id}`, call)
      return answered.response.status === 404 ? undefined : parse(schemas.oneServerSchema, answered).server
    },
    createServer: async (order, call) =>
      parse(schemas.oneServerSchema, found(await ask('POST', '/api/v1/servers', call, order))).server,
    deleteServer: async (id, call) => {
      const answered = await ask('DELETE', `/api/v1/servers/${id}`, call)
      if (answered.response.status === 204) return { kind: 'deleted' }
      if (answered.response.status === 404) return { kind: 'already-gone' }
      if (answered.response.status === 423) return { kind: 'sms-confirmation' }
      return { kind: 'answered', deletion: parse(schemas.deletionSchema, answered).server_delete }
    },
    floatingIps: async (call) => (await get('/api/v1/floating-ips', schemas.floatingIpsSchema, call)).ips,
    commentFloatingIp: async (id, comment, call) => {
      await ask('PATCH', `/api/v1/floating-ips/${encodeURIComponent(id)}`, call, { comment })
    },
    deleteFloatingIp: async (id, call) => {
      const { where, response } = await ask('DELETE', `/api/v1/floating-ips/${encodeURIComponent(id)}`, call)
      // As for servers, anything else may be a question to a person.
      if (response.status === 204 || response.status === 404) return
      throw new UnexpectedAnswer(`${where}: ${response.status} in place of 204: not deleted, for all we know`)
    },
    presets: async (call) =>
      (await get('/api/v1/presets/servers', schemas.presetsSchema, call)).server_presets,
    systems: async (call) => (await get('/api/v1/os/servers', schemas.systemsSchema, call)).servers_os,
    configurators: async (call) =>
      (await get('/api/v1/configurator/servers', schemas.configuratorsSchema, call)).server_configurators,
    locations: async (call) => (await get('/api/v2/locations', schemas.locationsSchema, call)).locations,
    sshKeys: (call) => get('/api/v1/ssh-keys', schemas.sshKeysSchema, call),
    projects: async (call) => (await get('/api/v1/projects', schemas.projectsSchema, call)).projects,
    software: async (call) =>
      (await get('/api/v1/software/servers', schemas.softwareSchema, call)).servers_software,
    images: (call) =>
      allPages('/api/v1/images', call, async (path) => {
        const { meta, images } = await get(path, schemas.imagesSchema, call)
        return { total: meta.total, items: images }
      }),
    status: async (call) => (await get('/api/v1/account/status', schemas.statusSchema, call)).status,
    finances: async (call) => (await get('/api/v1/account/finances', schemas.financesSchema, call)).finances,
  }
}

/** A list that ends before its total is unknown, not short. */
async function allPages<T extends { readonly id: number | string }>(
  path: string,
  { signal }: CallOptions,
  page: (path: string) => Promise<{ readonly total: number; readonly items: readonly T[] }>,
): Promise<readonly T[]> {
  const found = new Map<T['id'], T>()
  for (let offset = 0; ; ) {
    signal.throwIfAborted()
    const { total, items } = await page(`${path}?limit=${PER_PAGE}&offset=${offset}`)
    for (const item of items) found.set(item.id, item)
    offset += items.length
    if (offset >= total) return [...found.values()]
    if (items.length === 0) {
      throw new UnexpectedAnswer(`GET ${path}: the list ends after ${offset} of ${total}`)
    }
  }
}

function parse<T>(schema: z.ZodType<T>, answered: Answered): T {
  return parseAnswer(schema, answered, WEB_PAGE_HINT)
}

function found(answered: Answered): Answered {
  if (answered.response.status !== 404) return answered
  throw new Rejected(`${answered.where}: 404, there is no such thing: is the API’s URL right?`)
}
