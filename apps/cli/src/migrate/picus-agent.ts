import { parseKeyValues } from '@woodpeckers/autoscaler-core'
import { subjectOfVariable } from '@woodpeckers/autoscaler-woodpecker/agent'
import type { Environment } from './environment.ts'

const PREFIX = 'PICUS_AGENT_'
export const FILTER_LABELS = 'PICUS_AGENT_WOODPECKER_FILTER_LABELS'
/** Whether agents use TLS. */
export const GRPC_SECURE = 'PICUS_AGENT_WOODPECKER_GRPC_SECURE'
const AGENT_LABELS = 'PICUS_AGENT_WOODPECKER_AGENT_LABELS'

/** What each agent has without being told. */
const USUAL_LABELS: Readonly<Record<string, string>> = { backend: 'docker', repo: '*', 'org-id': '*' }

/** What the agent is started with beyond what each agent gets: `WOODPECKER_…` by its own name. */
export function agentVariables(env: Environment): Readonly<Record<string, string>> {
  const passed = Object.entries(env).flatMap(([name, value]) => {
    if (!value || !name.startsWith(`${PREFIX}WOODPECKER_`)) return []
    const own = name.slice(PREFIX.length)
    // Those have settings of their own here, or each agent gets them by itself.
    return subjectOfVariable(own) === undefined ? [[own, value] as const] : []
  })
  return Object.fromEntries(passed)
}

/** The variable that holds one of the agent's. */
export function picusNameOf(agentVariable: string): string {
  return PREFIX + agentVariable
}

/** Labels by which tasks are matched, without those that every agent has; a text: what is wrong. */
export function agentLabels(env: Environment): Readonly<Record<string, string>> | string {
  const labels: Record<string, string> = {}
  for (const name of [FILTER_LABELS, AGENT_LABELS]) {
    const text = env[name]
    if (!text) continue
    const read = parseKeyValues([text])
    if (!read.ok) {
      return `${name} is ${JSON.stringify(text)}: must be a list like platform=linux/amd64,backend=docker`
    }
    Object.assign(labels, read.pairs)
  }
  return Object.fromEntries(Object.entries(labels).filter(([key, value]) => USUAL_LABELS[key] !== value))
}

/** Where nothing says whether agents use TLS: older versions of Picus did, newer ones do not, so the port decides. */
export function usesTlsPort(env: Environment): boolean {
  return /:443$/.test(env['PICUS_AGENT_WOODPECKER_SERVER'] ?? '')
}
