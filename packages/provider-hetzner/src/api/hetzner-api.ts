import { type CallOptions, UnexpectedAnswer } from '@woodpeckers/autoscaler-core'
import { type Exchange, parseAnswer, type ReadCall } from '@woodpeckers/autoscaler-http'
import type { z } from 'zod'
import * as schemas from './schemas.ts'
import type { Page, Resources, WireImage, WirePricing, WireServer } from './wire.ts'

/** What `POST /servers` is sent: https://docs.hetzner.cloud/reference/cloud#servers-create-a-server */
export interface ServerOrder {
  readonly name: string
  readonly server_type: string
  readonly location?: string
  readonly image: string
  readonly ssh_keys?: readonly string[]
  /** With the agent's secret: never log it. */
  readonly user_data?: string
  readonly labels: Readonly<Record<string, string>>
  readonly public_net: { readonly enable_ipv4: boolean; readonly enable_ipv6: boolean }
  readonly networks?: readonly number[]
  readonly firewalls?: readonly { readonly firewall: number }[]
  readonly placement_group?: number
}

export type Query = Readonly<Record<string, string>>

/** One function for each endpoint in use; errors are those of the ports. */
export interface HetznerApi {
  /** Every page. */
  list<R extends keyof Resources>(resource: R, query: Query, call: ReadCall): Promise<readonly Resources[R][]>
  /** How many there are, whoever made them; `undefined` where the API does not say. */
  count(resource: keyof Resources, call: CallOptions): Promise<number | undefined>
  /** `undefined`: there is none. Unlike lists, it shows new ones at once. */
  server(id: number, call: CallOptions): Promise<WireServer | undefined>
  image(id: number, call: CallOptions): Promise<WireImage | undefined>
  createServer(order: ServerOrder, call: CallOptions): Promise<WireServer | 'name-taken'>
  /** Answers when the deletion has begun. */
  deleteServer(id: number, call: CallOptions): Promise<'begun' | 'gone-already'>
  pricing(call: CallOptions): Promise<WirePricing>
  /** Sends an order for nothing, which is refused by what the token lacks or, with all rights, by what the order lacks. */
  orderNothing(call: CallOptions): Promise<void>
}

/** The most that a page may have. */
const PER_PAGE = '50'
const HINT = 'is a proxy in between, or --hetznercloud-endpoint wrong?'

export function createHetznerApi(endpoint: string, exchange: Exchange): HetznerApi {
  const base = endpoint.replace(/\/+$/, '')

  async function ask<T>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    { signal, onSend }: ReadCall,
    body?: object,
  ): Promise<{ readonly status: number; readonly value: T | undefined }> {
    const request = new Request(base + path, {
      method,
      signal,
      headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const response = await exchange(request, onSend && { onSend })
    const { status } = response
    if (status === 404 || status === 409) return { status, value: undefined }
    const where = `${method} ${path}`
    return { status, value: parseAnswer(schema, { where, response, text: await response.text() }, HINT) }
  }

  async function must<T>(path: string, schema: z.ZodType<T>, call: ReadCall): Promise<T> {
    const { value } = await ask('GET', path, schema, call)
    if (value !== undefined) return value
    throw new UnexpectedAnswer(`GET ${path}: 404: is --hetznercloud-endpoint right?`)
  }

  return {
    async list(resource, query, call) {
      type Item = Resources[typeof resource]
      const found = new Map<number, Item>()
      for (let page: number | null = 1; page !== null; ) {
        const search = new URLSearchParams({ ...query, per_page: PER_PAGE, page: String(page) })
        const path = `/${resource}?${search}`
        const { items, nextPage }: Page<Item> = await must(path, schemas.pageOf(resource), call)
        for (const item of items) found.set(item.id, item)
        if (nextPage !== null && nextPage !== page + 1) {
          throw new UnexpectedAnswer(`GET ${path}: the next page is said to be ${nextPage}`)
        }
        page = nextPage
      }
      return [...found.values()]
    },
    async count(resource, call) {
      return (await must(`/${resource}?per_page=1`, schemas.pageOf(resource), call)).total ?? undefined
    },
    server: async (id, call) => (await ask('GET', `/servers/${id}`, schemas.oneServer, call)).value?.server,
    image: async (id, call) => (await ask('GET', `/images/${id}`, schemas.oneImage, call)).value?.image,
    async createServer(order, call) {
      return (await ask('POST', '/servers', schemas.oneServer, call, order)).value?.server ?? 'name-taken'
    },
    async deleteServer(id, call) {
      const { status } = await ask('DELETE', `/servers/${id}`, schemas.anything, call)
      return status === 404 ? 'gone-already' : 'begun'
    },
    pricing: async (call) => (await must('/pricing', schemas.pricing, call)).pricing,
    async orderNothing(call) {
      await ask('POST', '/servers', schemas.anything, call, {})
    },
  }
}
