const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g
const WHOLE = /^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/

/** What a duration looks like, for messages that say what would be right. */
export const DURATION_EXAMPLES = '10s, 1.5h or 2h45m'

/**
 * Milliseconds of a duration as Go writes it (`time.ParseDuration`: `2h45m`, `1.5h`, `300ms`, `0`), the
 * notation of every duration setting of the Go autoscaler. Negative ones make no sense here and are
 * refused. `undefined`: not a duration.
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().replace(/^\+/, '')
  if (trimmed === '0') return 0
  if (!WHOLE.test(trimmed)) return undefined
  let ms = 0
  for (const [, amount, unit] of trimmed.matchAll(PART)) ms += Number(amount) * (UNIT_MS[unit!] ?? 0)
  return ms < Number.MAX_SAFE_INTEGER ? Math.round(ms) : undefined
}

/**
 * A duration for people, and short enough for a table: `0s`, `300ms`, `4.2s`, `10m`, `2h45m`, `3d4h`. Below a minute it has
 * one decimal, above it the two largest units.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return ms > 0 ? 'for ever' : 'unknown'
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms > 0 && ms < 1000) return `${Math.round(ms)}ms`
  if (ms < 59_950) return `${Math.round(ms / 100) / 10}s`
  const seconds = Math.round(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (minutes < 60) return join(minutes, 'm', seconds % 60, 's')
  if (hours < 72) return join(hours, 'h', minutes % 60, 'm')
  return join(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}
