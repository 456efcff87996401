import type { Environment } from './environment.ts'
import { agentVariables, GRPC_SECURE, usesTlsPort } from './picus-agent.ts'

/**
 * What goes another way than with Picus (github.com/windsource/picus); one line each. It makes one server at
 * Hetzner and deletes it, and it starts and stops one instance at AWS that somebody has made.
 */
export function tellPicusDifferences(env: Environment, idleTime: string): readonly string[] {
  return env['PICUS_PROVIDER_TYPE'] === 'aws' ? ofAws(env) : ofHetzner(env, idleTime)
}

function ofHetzner(env: Environment, idleTime: string): readonly string[] {
  const id = env['PICUS_HCLOUD_ID'] || 'picus-test'
  const lines = [
    `a server that Picus has made (picus-${id}) is not touched: stop Picus, and delete that server once it is idle`,
    `Hetzner bills started hours: an idle server stays ready until shortly before its paid hour is over, where Picus deletes it after ${idleTime}`,
    'each server has an agent record and a token of its own: PICUS_AGENT_WOODPECKER_AGENT_SECRET and PICUS_WOODPECKER_AGENT_ID are not used, and the agent that they belong to can be deleted at the server',
    'servers run no QEMU: where jobs build for other architectures, write a template with it (userData.template)',
    'one server at most, as with Picus: max raises it',
  ]
  if (!env[GRPC_SECURE]) {
    const written = usesTlsPort(env)
      ? 'the port is 443, so grpcSecure: true is written'
      : 'agents connect in clear text (grpcSecure: false)'
    lines.push(`${GRPC_SECURE} is not set: older versions of Picus used TLS then; ${written}`)
  }
  if (!env['PICUS_AGENT_IMAGE']) {
    lines.push("PICUS_AGENT_IMAGE is not set: agents are of the server's version (Picus: latest)")
  }
  if (!env['PICUS_HCLOUD_SERVER_TYPE']) {
    lines.push(
      "PICUS_HCLOUD_SERVER_TYPE is not set: cx11, as Picus' default has it, which Hetzner no longer sells; see woodpecker-autoscaler offerings",
    )
  }
  if (env['PICUS_AGENT_WOODPECKER_HOSTNAME']) {
    lines.push("PICUS_AGENT_WOODPECKER_HOSTNAME is left out: an agent's host name is its own name")
  }
  return lines
}

function ofAws(env: Environment): readonly string[] {
  const lines = [
    'the instance is started and stopped as with Picus, and never ended; its agent is cordoned at the server before, and until the next start: stop Picus first',
    'the agent on it needs WOODPECKER_RETRY_TIMEOUT=0, or its jobs are lost when the server is away for long',
  ]
  if (!env['PICUS_WOODPECKER_AGENT_ID']) {
    lines.push(
      'PICUS_WOODPECKER_AGENT_ID is not set: any task starts the instance, and it is stopped only when the whole queue is empty',
    )
  }
  const unused = Object.keys(agentVariables(env)).length > 0 || Boolean(env['PICUS_AGENT_IMAGE'])
  if (unused) lines.push('other PICUS_AGENT_ variables are not used: the agent is on the instance already')
  return lines
}

/** Variables of Picus, or like its own, that mean nothing to it; one line each. */
export function tellUnknownPicus(env: Environment): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('PICUS_') && !name.startsWith('PICUS_AGENT_WOODPECKER_'))
    .filter((name) => env[name] && !KNOWN.has(name.replace(/_FILE$/, '')))
    .toSorted()
    .map((name) => `${name} is not known, and left out`)
}

const KNOWN: ReadonlySet<string> = new Set([
  'PICUS_WOODPECKER_SERVER',
  'PICUS_WOODPECKER_TOKEN',
  'PICUS_WOODPECKER_AGENT_ID',
  'PICUS_POLL_INTERVAL',
  'PICUS_MAX_IDLE_TIME',
  'PICUS_PROVIDER_TYPE',
  'PICUS_AGENT_IMAGE',
  'PICUS_HCLOUD_TOKEN',
  'PICUS_HCLOUD_SERVER_TYPE',
  'PICUS_HCLOUD_LOCATION',
  'PICUS_HCLOUD_SSH_KEYS',
  'PICUS_HCLOUD_ID',
  'PICUS_AWS_INSTANCE_ID',
])
