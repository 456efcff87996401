import type { CiServer, Provider, StandingMachines } from '@woodpeckers/autoscaler-core'
import type { Metrics } from './metrics.ts'
import { type CallObserver, observedMethod } from './observed-call.ts'

const PROVIDER_CALLS: ReadonlySet<PropertyKey> = new Set<keyof Provider>([
  'deployAgent',
  'removeAgent',
  'listDeployedAgentNames',
  'listDeployedAgents',
  'offerings',
  'check',
  'startAgent',
  'stopAgent',
  'console',
  'catalogue',
])

const STANDING_CALLS: ReadonlySet<PropertyKey> = new Set<keyof StandingMachines>(['list', 'start', 'stop'])

const SERVER_CALLS: ReadonlySet<PropertyKey> = new Set<keyof CiServer>([
  'readAgents',
  'readQueue',
  'readWork',
  'readEndings',
  'inspectAgent',
  'findScope',
  'createAgent',
  'setCordon',
  'deleteAgent',
  'check',
])

/**
 * The provider, with each call counted and timed under its name. What it lacks, this lacks too. Wrap a provider once:
 * the engine knows it by its identity.
 */
export function observedProvider(provider: Provider, name: string, metrics: Observes): Provider {
  const observer: CallObserver = {
    clock: metrics.clock,
    observeCall: (call) => {
      metrics.observeCall(call)
      const left = budgetOf(provider)
      if (left !== undefined) metrics.observeBudget(name, left)
    },
  }
  return observed(provider, name, PROVIDER_CALLS, observer, (key, value) =>
    key === 'standing' && typeof value === 'object' && value !== null
      ? observed(value, name, STANDING_CALLS, observer, (_, other) => other, 'standing.')
      : value,
  )
}

/** Somebody else's code, asked where nobody waits for an error. */
function budgetOf(provider: Provider): number | undefined {
  try {
    return provider.requestsLeft?.()
  } catch {
    return undefined
  }
}

/** The CI server, with each call counted and timed. */
export function observedServer(server: CiServer, metrics: Observes): CiServer {
  const observer: CallObserver = {
    clock: metrics.clock,
    observeCall: (call) => metrics.observeCall(call),
  }
  return observed(server, 'server', SERVER_CALLS, observer, (_, value) => value)
}

/** What of `Metrics` is used. */
export type Observes = Pick<Metrics, 'observeCall' | 'observeBudget' | 'clock'>

/**
 * Functions are called on the object itself, whose private fields are not the proxy's. The proxy stands on an object of
 * its own: on one that is frozen it could not answer anything else.
 */
function observed<T extends object>(
  object: T,
  target: string,
  calls: ReadonlySet<PropertyKey>,
  observer: CallObserver,
  inner: (key: PropertyKey, value: unknown) => unknown,
  prefix: string = '',
): T {
  const made = new Map<PropertyKey, { readonly from: unknown; readonly to: unknown }>()
  const wrap = (key: PropertyKey, value: unknown): unknown => {
    if (typeof value !== 'function') return inner(key, value)
    const method = value as (...args: readonly unknown[]) => unknown
    if (!calls.has(key)) return method.bind(object)
    return observedMethod(method, object, { target, operation: `${prefix}${String(key)}` }, observer)
  }
  const get = (key: PropertyKey): unknown => {
    const from: unknown = Reflect.get(object, key, object)
    const known = made.get(key)
    if (known && known.from === from) return known.to
    const to = wrap(key, from)
    made.set(key, { from, to })
    return to
  }
  return new Proxy(Object.create(Object.getPrototypeOf(object)) as T, {
    get: (_, key) => get(key),
    set: (_, key, value) => Reflect.set(object, key, value, object),
    has: (_, key) => Reflect.has(object, key),
    ownKeys: () => Reflect.ownKeys(object),
    getOwnPropertyDescriptor: (_, key) => {
      const own = Reflect.getOwnPropertyDescriptor(object, key)
      return (
        own && { value: get(key), enumerable: own.enumerable === true, configurable: true, writable: true }
      )
    },
  })
}
