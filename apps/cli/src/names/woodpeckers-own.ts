import { ownedVariables, subjectOfVariable } from '@woodpeckers/autoscaler-woodpecker/agent'

/**
 * What settings of the Woodpecker server begin with, after `WOODPECKER_` (its `flags.go`, 1.0 to 3.18). One file of variables
 * is often shared by server, agents and autoscaler.
 */
const OF_SERVER =
  /^WOODPECKER_(?:HOST|OPEN|ADMIN|ORGS|REPO_OWNERS|ROOT_(?:PATH|URL)|SERVER_(?:ADDR(?:_TLS)?|CERT|KEY)|LETS_ENCRYPT(?:_EMAIL)?|GRPC_SECRET|WEBHOOK_HOST|CUSTOM_(?:CSS|JS)_FILE|DATABASE_\w+|DEFAULT_\w+|SESSION_EXPIRES|PLUGINS_\w+|ESCALATE|VOLUME|DOCKER_CONFIG|ENVIRONMENT|NETWORK|AUTHENTICATE_PUBLIC_REPOS|DISABLE_USER_AGENT_REGISTRATION|MAX_PIPELINE_TIMEOUT|FORGE_\w+|FORCE_\w+|CONFIG_(?:SERVICE|EXTENSION)_\w+|EXTENSIONS_\w+|SECRET_\w+|REGISTRY_ENDPOINT|PROMETHEUS_AUTH_TOKEN|METRICS_SERVER_ADDR|STATUS_CONTEXT(?:_FORMAT)?|LIMIT_\w+|LOG_STORE(?:_\w+)?|ENABLE_SWAGGER|MIGRATIONS_\w+|DOCS|DEV_\w+|FLAT_PERMISSIONS|KEEPALIVE_MIN_TIME|EXPERT_\w+|ADDON_FORGE|(?:GITHUB|GITEA|FORGEJO|GITLAB|GOGS|STASH|CODING|BITBUCKET(?:_DC)?)(?:_\w+)?)(?:_FILE)?$/

/** The same of its agent, without those that the autoscaler decides. */
const OF_AGENT =
  /^WOODPECKER_(?:BACKEND_\w+|HEALTHCHECK(?:_ADDR)?|KEEPALIVE_TIME(?:OUT)?|CONNECT_RETRY_\w+|AGENT_CONFIG_FILE|DEBUG_(?:PRETTY|NOCOLOR)|LOG_FILE|AGENT_SHARED_SECRET\w*)$/

/** Whose setting a variable is, where it is one of Woodpecker's own programs; `decided`: of agents, and ours to decide. */
export function programOfVariable(name: string): 'server' | 'agent' | 'decided' | undefined {
  // Server and agent share the secret.
  if (ownedVariables.secret.includes(name)) return 'server'
  if (subjectOfVariable(name) !== undefined) return 'decided'
  if (OF_AGENT.test(name)) return 'agent'
  return OF_SERVER.test(name) ? 'server' : undefined
}
