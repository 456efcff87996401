import { parseKeyValues } from '@woodpeckers/autoscaler-core'
import {
  type OwnedSubject,
  ownedVariables,
  subjectOfVariable,
} from '@woodpeckers/autoscaler-woodpecker/agent'
import type { z } from 'zod'

type Pairs = Readonly<Record<string, string>>

/** What to do in place of setting a variable that the autoscaler decides. Messages name settings as flags. */
const INSTEAD: Readonly<Record<Exclude<OwnedSubject, 'labels'>, string>> = {
  server: 'use --grpc-addr',
  secret: 'each agent gets a secret of its own',
  tls: 'use --grpc-secure',
  certificate: 'use --grpc-verify',
  slots: 'use --workflows-per-agent',
  hostName: "an agent's host name is its own name",
  backend: 'use --agent-backend',
  singleWorkflow: 'use --mode',
  retryTimeout: 'agents get 0, so that no job is lost while the server is unreachable',
}

/** What to use in place of a variable of agents that the autoscaler decides. */
export function insteadOf(name: string): string {
  const subject = subjectOfVariable(name)
  return subject === undefined || subject === 'labels' ? 'use --agent-labels' : INSTEAD[subject]
}

interface AgentSettings {
  readonly agentEnv: Pairs
  readonly agentLabels: Pairs
}

/** Refuses variables of the agent that the plan relies on: they would make agents do something else than planned. */
export function checkAgentVariables(settings: AgentSettings, context: z.RefinementCtx): void {
  for (const name of Object.keys(settings.agentEnv)) {
    const subject = subjectOfVariable(name)
    if (subject === undefined || subject === 'labels') continue
    const message = `must not set ${name}, which the autoscaler decides: ${INSTEAD[subject]}`
    context.addIssue({ code: 'custom', path: ['agentEnv', name], message })
  }
  const moved = labelsInEnvironment(settings.agentEnv)
  if (!moved) return
  const wrong = moved.wrong ?? contradiction(moved.labels, settings.agentLabels)
  if (wrong === undefined) return
  context.addIssue({ code: 'custom', path: ['agentEnv', moved.name], message: `has ${moved.name}, ${wrong}` })
}

function contradiction(labels: Pairs, said: Pairs): string | undefined {
  const key = Object.keys(labels).find((key) => said[key] !== undefined && said[key] !== labels[key])
  if (key === undefined) return undefined
  return `which says ${key}=${labels[key]}, and --agent-labels says ${key}=${said[key]}: use --agent-labels alone`
}

/** Labels that somebody gave to agents among their variables, where no plan would see them. */
export interface LabelsInEnvironment {
  /** The variable, as it is written. */
  readonly name: string
  readonly labels: Pairs
  /** The end of a sentence, where they cannot be read. */
  readonly wrong?: string
  /** The variables without it. */
  readonly rest: Pairs
}

/** The newer name counts, as it does for the agent; the older one beside it means nothing. */
export function labelsInEnvironment(environment: Pairs): LabelsInEnvironment | undefined {
  const names = Object.keys(environment).filter((name) => subjectOfVariable(name) === 'labels')
  const name = names.toSorted((a, b) => rank(a) - rank(b))[0]
  if (name === undefined) return undefined
  const rest = Object.fromEntries(Object.entries(environment).filter(([key]) => !names.includes(key)))
  const read = parseKeyValues([environment[name] ?? ''])
  const wrong = read.ok ? labelProblem(read.pairs) : 'which must be a list like key=value,key2=value2'
  return { name, rest, labels: read.ok ? read.pairs : {}, ...(wrong !== undefined && { wrong }) }
}

function rank(name: string): number {
  return ownedVariables.labels.indexOf(name.toUpperCase())
}

/** With these variables out of the agents' environment and the labels where they count; `moved`: what to tell. */
export function withLabelsOfEnvironment<Settings extends AgentSettings>(
  settings: Settings,
): { readonly settings: Settings; readonly moved: LabelsInEnvironment | undefined } {
  const moved = labelsInEnvironment(settings.agentEnv)
  if (!moved) return { settings, moved }
  const agentLabels = { ...moved.labels, ...settings.agentLabels }
  return { settings: { ...settings, agentEnv: moved.rest, agentLabels }, moved }
}

/** What to tell of labels that were moved; the end of a sentence that begins with the setting. */
export function movedText({ name, labels }: LabelsInEnvironment, setting: string): string {
  const list = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  if (list.length === 0) return `sets ${name}, which is empty: it is left out`
  return `sets ${name}: taken as ${setting} ${list.join(',')}, where the plan sees them`
}

/** What WOODPECKER_AGENT_LABELS cannot say, or an agent does not start with; the end of a sentence. */
export function labelProblem(labels: Pairs): string | undefined {
  for (const [key, value] of Object.entries(labels)) {
    if (key === '' || /[,=\s]/.test(key) || value.includes(',')) {
      return `must have no comma in a label, nor a space in its key; "${key}" has`
    }
    if (value === '') return `must have a value for each label; "${key}" has none`
    if (value !== value.trim()) return `must have no space around a label's value; that of "${key}" has`
  }
  return undefined
}
