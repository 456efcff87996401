import type { AgentSettings } from './agent-settings.ts'
import { defaultAgentSettings } from './agent-settings.ts'

/** What an agent's process is told by its environment, under the real agent's names. */
export interface AgentEnvironment {
  /** `host:port`. */
  readonly server: string
  readonly secret: string
  readonly settings: AgentSettings
  /** `host:port`, `:port`, or empty for none. */
  readonly healthAddress: string
  /** Where an agent with the shared secret remembers its record's id; empty = nowhere. */
  readonly configFile: string
  /** EMULATED_BOOT_MS: before anything else is done, as if the machine still booted; `Infinity` = it never connects. */
  readonly bootMs: number
  /** EMULATED_CRASH_AFTER_MS: it dies, as by SIGKILL, so long after its start. */
  readonly crashAfterMs: number | undefined
  /** EMULATED_JOBS=process: each job is a real `sleep`, in place of time that passes. */
  readonly jobsAreProcesses: boolean
}

export function parseAgentEnvironment(env: Readonly<Record<string, string | undefined>>): AgentEnvironment {
  const configFile = env['WOODPECKER_AGENT_CONFIG_FILE'] ?? ''
  return {
    server: env['WOODPECKER_SERVER'] ?? 'localhost:9000',
    secret: env['WOODPECKER_AGENT_SECRET'] ?? '',
    healthAddress: env['WOODPECKER_HEALTHCHECK_ADDR'] ?? '',
    configFile,
    bootMs: Number(env['EMULATED_BOOT_MS'] ?? 0),
    crashAfterMs: env['EMULATED_CRASH_AFTER_MS'] ? Number(env['EMULATED_CRASH_AFTER_MS']) : undefined,
    jobsAreProcesses: env['EMULATED_JOBS'] === 'process',
    settings: {
      ...defaultAgentSettings,
      hostname: env['WOODPECKER_HOSTNAME'] ?? defaultAgentSettings.hostname,
      maxWorkflows: Number(env['WOODPECKER_MAX_WORKFLOWS'] ?? 1),
      labels: parseLabels(env['WOODPECKER_AGENT_LABELS'] ?? ''),
      backend: env['WOODPECKER_BACKEND'] ?? defaultAgentSettings.backend,
      retryTimeoutMs: parseDuration(env['WOODPECKER_RETRY_TIMEOUT'] ?? '2m'),
      singleWorkflow: env['WOODPECKER_AGENT_SINGLE_WORKFLOW'] === 'true',
      forgetful: configFile === '',
      deaf: env['EMULATED_DEAF'] === 'true',
    },
  }
}

/** `key=value,key=value`. */
export function parseLabels(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    }),
  )
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Go's way to write durations, such as `2h45m` or `0`; in milliseconds. */
export function parseDuration(text: string): number {
  let total = 0
  for (const [, count, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g)) total += Number(count) * UNIT_MS[unit!]!
  return total
}
