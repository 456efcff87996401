import {
  compileTemplate,
  counted,
  type Labels,
  lostVariables,
  parseBoolean,
  parseDuration,
  parseKeyValues,
  type UserDataInput,
  type VariableTrial,
} from '@woodpeckers/autoscaler-core'
import { type OwnedSubject, subjectOfVariable } from '@woodpeckers/autoscaler-woodpecker/agent'

/** What an agent does by itself where nothing is said: a variable with just this value may be left out. */
const DEFAULTS: Readonly<Record<string, string>> = {
  WOODPECKER_GRPC_SECURE: 'false',
  WOODPECKER_MAX_WORKFLOWS: '1',
  WOODPECKER_BACKEND: 'docker',
}

/** Another name that hands the value over: a flag of the agent's program, or the machine's own host name. */
const OTHER_NAMES: Readonly<Partial<Record<OwnedSubject, RegExp>>> = {
  server: /--server\b/,
  secret: /--grpc-token\b|WOODPECKER_AGENT_SECRET_FILE/,
  tls: /--grpc-secure\b/,
  certificate: /--grpc-skip-insecure\b/,
  slots: /--max-workflows\b|WOODPECKER_MAX_PROCS/,
  hostName: /hostname/i,
  backend: /--backend-engine\b/,
  labels: /--(?:labels|filter)\b|WOODPECKER_FILTER_LABELS/,
}

/**
 * Names each variable of agents that a user's template does not pass on, with what comes of it; one line each.
 *
 * @throws TemplateError where the template cannot be rendered
 */
export function tellLostVariables(template: string, input: UserDataInput): readonly string[] {
  const trials = Object.entries(input.environment).map(([name, value]) => trialOf(name, value, input))
  const lost = lostVariables(compileTemplate(template), input, trials)
  return lost.flatMap(({ name, how }) => {
    const value = input.environment[name] ?? ''
    if (how === 'missing' && DEFAULTS[name] === value) return []
    const subject = subjectOfVariable(name)
    // Both names of it say the same: one line is enough.
    if (name === 'WOODPECKER_GRPC_SKIP_VERIFY') return []
    if (how === 'renamed') {
      return [`${name} may not reach the agent: the template passes its value on under another name`]
    }
    const then = subject && consequence(subject, value, input.labels)
    return [`${name} does not reach the agent: the template ${HOW[how]}${then ? `, so ${then}` : ''}`]
  })
}

const HOW = {
  missing: 'does not pass it on',
  replaced: 'sets another value',
} as const

function trialOf(name: string, value: string, input: UserDataInput): VariableTrial {
  const subject = subjectOfVariable(name)
  const otherName = subject && OTHER_NAMES[subject]
  const others = [otherValue(value), ''].map((other) => withValue(input, name, other, subject))
  return {
    name,
    others,
    isSame: (text) => text === value || meansSame(text, value),
    anyName: subject === undefined,
    ...(otherName && { otherName }),
  }
}

/** A template may take the name and the labels of an agent from elsewhere than its variables. */
function withValue(
  input: UserDataInput,
  name: string,
  value: string,
  subject: OwnedSubject | undefined,
): UserDataInput {
  return {
    ...input,
    environment: { ...input.environment, [name]: value },
    ...(subject === 'hostName' && { name: value }),
    ...(subject === 'labels' && { labels: value === '' ? {} : { other: 'label' } }),
  }
}

/** One that a condition takes for another one: `false` for `true`. */
function otherValue(value: string): string {
  if (value === 'true') return 'false'
  if (value === 'false') return 'true'
  if (/^\d+$/.test(value)) return String(Number(value) + 1)
  return value.includes('=') ? 'other=label' : 'another-value'
}

function meansSame(a: string, b: string): boolean {
  const [switchA, switchB] = [parseBoolean(a), parseBoolean(b)]
  if (switchA !== undefined && switchA === switchB) return true
  const [durationA, durationB] = [parseDuration(a), parseDuration(b)]
  if (durationA !== undefined && durationA === durationB) return true
  const [pairsA, pairsB] = [parseKeyValues([a]), parseKeyValues([b])]
  if (!pairsA.ok || !pairsB.ok || !a.includes('=')) return false
  return sortedText(pairsA.pairs) === sortedText(pairsB.pairs)
}

function sortedText(pairs: Labels): string {
  return JSON.stringify(Object.entries(pairs).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** What agents do without it. */
function consequence(subject: OwnedSubject, value: string, labels: Labels): string {
  const list = Object.entries(labels).map(([key, text]) => `${key}=${text}`)
  switch (subject) {
    case 'server':
      return 'agents do not find the server'
    case 'secret':
      return 'agents cannot connect as the record that was made for them'
    case 'tls':
      return value === 'true' ? 'agents do not use TLS' : 'agents use TLS'
    case 'certificate':
      return 'agents verify the certificate as their version does'
    case 'slots':
      return `agents do not run ${counted(Number(value), 'workflow')} at a time`
    case 'hostName':
      return 'tasks that ask for an agent by its host name do not find it'
    case 'backend':
      return `agents may not use the ${value} backend`
    case 'labels':
      return list.length > 0
        ? `agents register without ${list.join(', ')}`
        : 'machines that were made with other settings are not recognized and not replaced'
    case 'singleWorkflow':
      return 'agents go on after their one workflow'
    case 'retryTimeout':
      return 'jobs are lost when the server is unreachable for long'
    default:
      return subject satisfies never
  }
}
