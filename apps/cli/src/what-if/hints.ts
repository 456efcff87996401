import { DURATION_EXAMPLES, type Money, parseDuration } from '@woodpeckers/autoscaler-core'
import type { BootTime } from '@woodpeckers/autoscaler-traces'
import { parseMoney } from '../settings/money.ts'

/** What people say of machines in place of their cloud, by pool or machine type; under `''` of all others. */
export interface Hints {
  readonly boot: ReadonlyMap<string, BootTime>
  readonly price: ReadonlyMap<string, Money>
  readonly billing: ReadonlyMap<string, 'second' | 'hour'>
  readonly platform: ReadonlyMap<string, string>
  readonly speed: ReadonlyMap<string, number>
}

export type ReadHints =
  | { readonly ok: true; readonly hints: Hints }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Reads `--boot`, `--price`, `--billing`, `--platform` and `--speed`; each may be given several times. */
export function readHints(switches: Readonly<Record<string, unknown>>): ReadHints {
  const problems: string[] = []
  const read = <T>(
    name: string,
    parse: (text: string) => T | undefined,
    right: string,
  ): ReadonlyMap<string, T> => {
    const said = new Map<string, T>()
    for (const text of listOf(switches[name])) {
      const [, of = '', value = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(text) ?? []
      const parsed = parse(value.trim())
      if (parsed === undefined) problems.push(`--${name} is ${JSON.stringify(text)}: must be ${right}`)
      else said.set(of.trim(), parsed)
    }
    return said
  }
  const hints: Hints = {
    boot: read('boot', parseBoot, `a duration, like ${DURATION_EXAMPLES}, or two like 45s/70s`),
    price: read('price', parsePrice, 'an amount with its currency, like 0.01 EUR or cx23=0.006 EUR'),
    billing: read(
      'billing',
      (text) => (text === 'second' || text === 'hour' ? text : undefined),
      'second or hour',
    ),
    speed: read('speed', parseSpeed, 'a factor, like 1.8 or cx33=1.8'),
    platform: read('platform', (text) => (/^\w+\/\w+$/.test(text) ? text : undefined), 'like linux/arm64'),
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, hints }
}

/** What was said of the pool, else of the first of its types that anything was said of, else of all. */
export function hintFor<T>(
  hints: ReadonlyMap<string, T>,
  pool: string,
  types: readonly string[],
): T | undefined {
  const key = [pool, ...types, ''].find((key) => hints.has(key))
  return key === undefined ? undefined : hints.get(key)
}

export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]
}

/** The slowest twentieth takes half as long again, unless both are said. */
function parseBoot(text: string): BootTime | undefined {
  const [first = '', second, ...more] = text.split('/')
  const p50Ms = parseDuration(first)
  const p95Ms = second === undefined ? p50Ms && Math.round(1.5 * p50Ms) : parseDuration(second)
  if (p50Ms === undefined || p95Ms === undefined || more.length > 0 || p95Ms < p50Ms) return undefined
  return { p50Ms, p95Ms }
}

function parseSpeed(text: string): number | undefined {
  const speed = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0
  return speed >= 0.01 && speed <= 100 ? speed : undefined
}

/** The currency may stand in front, too. */
function parsePrice(text: string): Money | undefined {
  return parseMoney(text.replace(/^([A-Z]{3})\s*(.*)$/, '$2 $1'))
}
