import { isPoolId, parseBoolean } from '@woodpeckers/autoscaler-core'
import type { Environment } from './environment.ts'
import { OurVariables } from './our-variables.ts'
import { pairsText } from './pairs-text.ts'
import {
  agentLabels,
  agentVariables,
  FILTER_LABELS,
  GRPC_SECURE,
  picusNameOf,
  usesTlsPort,
} from './picus-agent.ts'
import { tellPicusDifferences, tellUnknownPicus } from './picus-differences.ts'
import type { SourceRead } from './source.ts'

const PROVIDERS: Readonly<Record<string, string>> = { hcloud: 'hetznercloud', aws: 'aws' }
const IDLE_TIME = '30m'

/** Picus' settings (github.com/windsource/picus) as our own variables, with Picus' defaults. */
export function fromPicus(env: Environment): SourceRead {
  const type = env['PICUS_PROVIDER_TYPE']
  const provider = type && Object.hasOwn(PROVIDERS, type) ? PROVIDERS[type] : undefined
  const labels = agentLabels(env)
  const problems = [
    ...(provider === undefined ? [wrongType(type)] : []),
    ...missing(env, provider),
    ...(typeof labels === 'string' ? [labels] : []),
  ]
  if (provider === undefined || typeof labels === 'string' || problems.length > 0) {
    return { ok: false, problems }
  }
  const ours = new OurVariables(env)
  ours.takeSecret('WOODPECKER_TOKEN', 'PICUS_WOODPECKER_TOKEN')
  ours.take('WOODPECKER_SERVER', 'PICUS_WOODPECKER_SERVER')
  ours.take('WOODPECKER_GRPC_ADDR', 'PICUS_AGENT_WOODPECKER_SERVER')
  ours.take('WOODPECKER_GRPC_SECURE', GRPC_SECURE, usesTlsPort(env) ? 'true' : undefined)
  ours.take('WOODPECKER_RECONCILIATION_INTERVAL', 'PICUS_POLL_INTERVAL', '10s')
  ours.take('WOODPECKER_AGENT_IDLE_TIMEOUT', 'PICUS_MAX_IDLE_TIME', IDLE_TIME)
  ours.take('WOODPECKER_WORKFLOWS_PER_AGENT', 'PICUS_AGENT_WOODPECKER_MAX_WORKFLOWS', '1')
  ours.take('WOODPECKER_AGENT_BACKEND', 'PICUS_AGENT_WOODPECKER_BACKEND')
  ours.set('WOODPECKER_AGENT_GRPC_VERIFY', verifies(env))
  ours.name('WOODPECKER_AGENT_GRPC_VERIFY', picusNameOf('WOODPECKER_GRPC_VERIFY'))
  ours.set('WOODPECKER_PROVIDER', provider)
  ours.set('WOODPECKER_MIN_AGENTS', '0')
  ours.set('WOODPECKER_MAX_AGENTS', '1')
  ours.set('WOODPECKER_AGENT_LABELS', pairsText(labels))
  ours.name('WOODPECKER_AGENT_LABELS', FILTER_LABELS)
  const renamed = provider === 'aws' ? takeInstance(ours, env) : takeServers(ours, env)
  return {
    ok: true,
    env: { ...ofAws(env), ...ours.env },
    nameOf: (variable) => ours.nameOf(variable),
    agentVariable: picusNameOf,
    taken: new Set(['HCLOUD_ENDPOINT']),
    differences: [
      ...tellPicusDifferences(env, env['PICUS_MAX_IDLE_TIME'] || IDLE_TIME),
      ...renamed,
      ...tellUnknownPicus(env),
    ],
  }
}

/** The instance at AWS that somebody has made, and its agent. */
function takeInstance(ours: OurVariables, env: Environment): readonly string[] {
  ours.set('WOODPECKER_POOL_ID', 'picus')
  ours.take('WOODPECKER_AWS_INSTANCE_ID', 'PICUS_AWS_INSTANCE_ID')
  ours.take('WOODPECKER_AWS_REGION', 'AWS_REGION', env['AWS_DEFAULT_REGION'])
  ours.take('WOODPECKER_AGENT_ID', 'PICUS_WOODPECKER_AGENT_ID')
  return []
}

/** Servers at Hetzner. Answers what of their id became another. */
function takeServers(ours: OurVariables, env: Environment): readonly string[] {
  const id = env['PICUS_HCLOUD_ID'] || 'picus-test'
  const poolId = isPoolId(id) ? id : shortened(id)
  ours.set('WOODPECKER_POOL_ID', poolId)
  ours.take('WOODPECKER_AGENT_IMAGE', 'PICUS_AGENT_IMAGE')
  ours.set('WOODPECKER_AGENT_ENV', pairsText(agentVariables(env)))
  ours.name('WOODPECKER_AGENT_ENV', picusNameOf('WOODPECKER_…'))
  ours.takeSecret('WOODPECKER_HETZNERCLOUD_API_TOKEN', 'PICUS_HCLOUD_TOKEN')
  ours.take('WOODPECKER_HETZNERCLOUD_SERVER_TYPE', 'PICUS_HCLOUD_SERVER_TYPE', 'cx11')
  ours.take('WOODPECKER_HETZNERCLOUD_LOCATION', 'PICUS_HCLOUD_LOCATION', 'nbg1')
  ours.take('WOODPECKER_HETZNERCLOUD_SSH_KEYS', 'PICUS_HCLOUD_SSH_KEYS')
  // Picus' servers have Docker on them, and so boot sooner.
  ours.set('WOODPECKER_HETZNERCLOUD_IMAGE', 'docker-ce')
  // Hetzner's own tools know this one, Picus does not.
  ours.take('WOODPECKER_HETZNERCLOUD_ENDPOINT', 'HCLOUD_ENDPOINT')
  return poolId === id ? [] : [`PICUS_HCLOUD_ID is ${id}: as the pool's id it is ${poolId}`]
}

/** Whether agents verify the certificate, where that is said: under both names `true` means that they skip it. */
function verifies(env: Environment): string | undefined {
  const [older, newer] = ['VERIFY', 'SKIP_VERIFY'].map((name) =>
    parseBoolean(env[picusNameOf(`WOODPECKER_GRPC_${name}`)] ?? ''),
  )
  const skips = newer ?? older
  return skips === undefined ? undefined : String(!skips)
}

/** What Amazon's own tools look for. */
function ofAws(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('AWS_')))
}

function wrongType(type: string | undefined): string {
  if (!type) return 'PICUS_PROVIDER_TYPE is missing; set it to hcloud or aws'
  return `PICUS_PROVIDER_TYPE is ${JSON.stringify(type)}: must be hcloud or aws`
}

/** What Picus does not begin without either, and our own defaults would hide. */
function missing(env: Environment, provider: string | undefined): readonly string[] {
  const needed: Readonly<Record<string, string>> = {
    PICUS_WOODPECKER_SERVER: 'set it to the URL of the Woodpecker server',
    ...(provider === 'aws' && { PICUS_AWS_INSTANCE_ID: "set it to the instance's id, i-…" }),
    ...(provider === 'hetznercloud' && {
      PICUS_AGENT_WOODPECKER_SERVER: "set it to the server's gRPC address, host:port",
    }),
  }
  return Object.entries(needed).flatMap(([name, what]) => (env[name] ? [] : [`${name} is missing; ${what}`]))
}

/** The longest that a pool's id may be. */
const ID_LENGTH = 32

/** Picus' ids may be longer. */
function shortened(id: string): string {
  const short = id
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, ID_LENGTH)
    .replaceAll(/^[._-]+|[._-]+$/g, '')
  return isPoolId(short) ? short : 'picus'
}
