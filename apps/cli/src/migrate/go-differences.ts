import { parseBoolean } from '@woodpeckers/autoscaler-core'
import type { Environment } from './environment.ts'

/** A default of the Go autoscaler (its `flags.go`) that is another one here. */
interface OtherDefault {
  readonly variable: string
  readonly there: string
  readonly here: string
  /** Of its settings, where it is about one alone. */
  readonly provider?: string
  /** Whether it makes a difference beside the others. */
  readonly counts?: (env: Environment) => boolean
}

const OTHER_DEFAULTS: readonly OtherDefault[] = [
  {
    variable: 'WOODPECKER_RECONCILIATION_INTERVAL',
    there: 'every minute',
    here: 'it looks every 10s, and after events of the server',
  },
  {
    variable: 'WOODPECKER_AGENT_IMAGE',
    there: 'woodpecker-agent:next',
    here: "agents are of the server's version",
  },
  {
    variable: 'WOODPECKER_HETZNERCLOUD_LOCATION',
    there: 'nbg1',
    here: 'Hetzner chooses the location of types that are given without one',
    provider: 'hetznercloud',
    counts: ({ WOODPECKER_HETZNERCLOUD_SERVER_TYPE: types = '' }) =>
      types.split(',').some((type) => type !== '' && !type.includes(':')),
  },
  {
    variable: 'WOODPECKER_HETZNERCLOUD_IMAGE',
    there: 'ubuntu-22.04',
    here: 'servers get ubuntu-24.04',
    provider: 'hetznercloud',
  },
]

/** Settings that are needed here, and had a default there: it is written down. */
export const DEFAULTS_OF_NEEDED: Readonly<Record<string, string>> = {
  WOODPECKER_HETZNERCLOUD_SERVER_TYPE: 'cx11:nbg1',
}

const SPOT_LABEL = 'WOODPECKER_AWS_SPOT_LABEL'

/** What was left to defaults, and is not the same here; one line each. */
export function tellOtherDefaults(env: Environment, provider: string): readonly string[] {
  const lines = OTHER_DEFAULTS.filter(
    (one) =>
      !env[one.variable] &&
      (one.provider === undefined || one.provider === provider) &&
      one.counts?.(env) !== false,
  ).map(({ variable, there, here }) => `${variable} is not set: ${here} (the Go autoscaler: ${there})`)
  if (
    provider === 'aws' &&
    parseBoolean(env['WOODPECKER_AWS_USE_SPOT_INSTANCES'] ?? '') &&
    !env[SPOT_LABEL]
  ) {
    lines.push(
      'WOODPECKER_AWS_USE_SPOT_INSTANCES: only tasks with the label spot=true run on spot machines, as AWS takes them back, jobs and all (the Go autoscaler: any task; spotLabel: none is the same)',
    )
  }
  const type = 'WOODPECKER_HETZNERCLOUD_SERVER_TYPE'
  if (provider !== 'hetznercloud' || env[type]) return lines
  const written = DEFAULTS_OF_NEEDED[type]
  return [
    ...lines,
    `${type} is not set: written as the Go autoscaler's default, ${written}, which Hetzner no longer sells; see woodpecker-autoscaler offerings`,
  ]
}
