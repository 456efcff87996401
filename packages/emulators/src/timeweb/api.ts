import { catalogueView, imageView } from './catalogue-views.ts'
import type { EmulatedTimeweb } from './emulated-timeweb.ts'
import { readOrder } from './read-order.ts'
import type { TimewebToken } from './settings.ts'
import { badRequest, notFound, TimewebRefusal } from './timeweb-refusal.ts'
import type { TimewebServer } from './timeweb-server.ts'
import { floatingIpView, serverView } from './views.ts'

export interface TimewebRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
}

export interface TimewebResult {
  readonly status: number
  /** None: an answer without a body. */
  readonly body?: object
}

/** The API itself: what a request that got so far is answered, or the `TimewebRefusal` that it gets. */
export function answerApi(
  cloud: EmulatedTimeweb,
  request: TimewebRequest,
  token: TimewebToken,
): TimewebResult {
  const { method, path } = request
  const [, id] = /^\/api\/v1\/servers\/(\d+)$/.exec(path) ?? []
  if (id !== undefined) return answerServer(cloud, method, Number(id), token)
  const [, ip] = /^\/api\/v1\/floating-ips\/([^/]+)$/.exec(path) ?? []
  if (ip !== undefined) return answerFloatingIp(cloud, request, ip)
  if (method === 'POST' && path === '/api/v1/servers') {
    const server = cloud.create(readOrder(cloud, bodyOf(request)))
    return { status: 201, body: { server: serverView(cloud, server) } }
  }
  if (method !== 'GET') throw notFound('Route')
  return { status: 200, body: listOf(cloud, request) }
}

function answerServer(
  cloud: EmulatedTimeweb,
  method: string,
  id: number,
  token: TimewebToken,
): TimewebResult {
  const server = cloud.find(id)
  if (!server) throw notFound('Server')
  if (method === 'GET') return { status: 200, body: { server: serverView(cloud, server) } }
  if (method !== 'DELETE') throw notFound('Route')
  return deleteServer(cloud, server, token)
}

/** A token without the right asks a person, with a code that this is not the place for. */
function deleteServer(
  cloud: EmulatedTimeweb,
  server: TimewebServer,
  { isAbleToDelete }: TimewebToken,
): TimewebResult {
  const { confirmation, quarantine } = cloud.settings
  if (!isAbleToDelete) {
    if (confirmation === 'sms') throw new TimewebRefusal(423, 'locked', 'Confirmation by SMS is needed')
    return {
      status: 200,
      body: { server_delete: { hash: `confirm-${server.id}`, is_moved_in_quarantine: false } },
    }
  }
  cloud.delete(server)
  return quarantine
    ? { status: 200, body: { server_delete: { is_moved_in_quarantine: true } } }
    : { status: 204 }
}

function answerFloatingIp(cloud: EmulatedTimeweb, request: TimewebRequest, id: string): TimewebResult {
  if (request.method === 'DELETE') {
    if (!cloud.deleteFloatingIp(id)) throw notFound('Floating IP')
    return { status: 204 }
  }
  if (request.method !== 'PATCH') throw notFound('Route')
  const { comment } = bodyOf(request) as { readonly comment?: string }
  const ip = cloud.updateFloatingIp(id, comment ?? '')
  if (!ip) throw notFound('Floating IP')
  return { status: 200, body: { ip: floatingIpView(ip) } }
}

function listOf(cloud: EmulatedTimeweb, { path, query }: TimewebRequest): object {
  const catalogue = catalogueView(cloud, path)
  if (catalogue) return catalogue
  switch (path) {
    case '/api/v1/servers':
      return page(
        'servers',
        cloud.listed.map((server) => serverView(cloud, server)),
        query,
      )
    case '/api/v1/images':
      return page(
        'images',
        cloud.settings.catalogue.images.map((image) => imageView(cloud, image)),
        query,
      )
    case '/api/v1/floating-ips':
      return { ips: cloud.floatingIps.map(floatingIpView), meta: { total: cloud.floatingIps.length } }
    case '/api/v1/account/status':
      return {
        status: {
          company_info: { id: 1, name: 'Acme' },
          is_blocked: false,
          is_permanent_blocked: false,
          is_send_bill_letters: false,
          last_password_changed_at: '2026-01-01T00:00:00Z',
          ym_client_id: null,
        },
      }
    case '/api/v1/account/finances':
      return { finances: financesView(cloud) }
    default:
      throw notFound('Route')
  }
}

function financesView(cloud: EmulatedTimeweb): object {
  return {
    balance: cloud.balance,
    currency: 'RUB',
    discount_end_date_at: null,
    discount_percent: 0,
    hourly_cost: 1,
    hourly_fee: 1,
    monthly_cost: 732,
    monthly_fee: 732,
    total_paid: 10_000,
    hours_left: Math.max(0, Math.floor(cloud.balance)),
    autopay_card_info: null,
  }
}

function page(key: string, all: readonly object[], query: URLSearchParams): object {
  const limit = Number(query.get('limit') ?? 100)
  const offset = Number(query.get('offset') ?? 0)
  if (!(limit >= 1) || !(offset >= 0)) throw badRequest('limit and offset must be numbers')
  return { [key]: all.slice(offset, offset + limit), meta: { total: all.length } }
}

function bodyOf({ body }: TimewebRequest): Record<string, never> {
  try {
    return JSON.parse(body)
  } catch {
    throw badRequest('the body is not JSON')
  }
}
