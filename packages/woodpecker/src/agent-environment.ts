import { type Labels, type NewAgent, Rejected } from '@woodpeckers/autoscaler-core'
import { subjectOfVariable } from './agent-variables.ts'

export interface AgentServer {
  readonly grpcAddr: string
  readonly grpcSecure: boolean
  /** Whether agents verify the certificate of the server. Without it: as their version does. */
  readonly grpcVerify?: boolean | undefined
}

/**
 * What an agent's process needs to connect as this record, with the user's variables beside it. Of those, none that the
 * plan relies on gets through: an older name or a `_FILE` form would win over ours. It holds the record's secret: never
 * log it.
 */
export function agentEnvironment(
  server: AgentServer,
  agent: NewAgent,
  secret: string,
): Readonly<Record<string, string>> {
  const labels = labelList(agent.labels)
  return {
    ...withoutOwned(agent.environment),
    WOODPECKER_SERVER: server.grpcAddr,
    WOODPECKER_GRPC_SECURE: String(server.grpcSecure),
    ...certificateVariables(server.grpcVerify),
    WOODPECKER_AGENT_SECRET: secret,
    WOODPECKER_MAX_WORKFLOWS: String(agent.slots),
    // Since 3.14; an older agent takes more than one, and is cordoned all the same.
    ...(agent.servesOne && { WOODPECKER_AGENT_SINGLE_WORKFLOW: 'true' }),
    // The record does not show the host name's label; so it is the name, and known.
    WOODPECKER_HOSTNAME: agent.name,
    ...(labels === '' ? {} : { WOODPECKER_AGENT_LABELS: labels }),
    WOODPECKER_BACKEND: agent.backend,
    // For ever: with the default of 2m an agent gives its jobs up while the server is away.
    WOODPECKER_RETRY_TIMEOUT: '0',
  }
}

/** Both names mean "skip the verification", whatever the older one says: 3.18 renamed it for that. */
function certificateVariables(verify: boolean | undefined): Readonly<Record<string, string>> {
  if (verify === undefined) return {}
  const skip = String(!verify)
  return { WOODPECKER_GRPC_VERIFY: skip, WOODPECKER_GRPC_SKIP_VERIFY: skip }
}

function withoutOwned(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => subjectOfVariable(name) === undefined),
  )
}

/**
 * Why WOODPECKER_AGENT_LABELS, a list `key=value,key=value` without any escape, cannot say these labels; for
 * settings to be refused early. `undefined`: it can.
 */
export function labelProblem(labels: Labels): string | undefined {
  for (const [key, value] of Object.entries(labels)) {
    if (key === '' || /[,=\s]/.test(key)) return `label "${key}": a key has no comma, equals sign or space`
    if (/,/.test(value)) return `label "${key}": a value has no comma`
    if (value !== value.trim()) return `label "${key}": a value has no space around it`
  }
  return undefined
}

function labelList(labels: Labels): string {
  const problem = labelProblem(labels)
  if (problem !== undefined) throw new Rejected(problem)
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')
}
