import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml'
import type { Environment, EnvironmentRead } from './environment.ts'
import { interpolate } from './interpolate.ts'

/** Where the values come from that a Compose file leaves to its surroundings. */
export interface ComposeSurroundings {
  /** As messages name it. */
  readonly name: string
  readonly env: Environment
  /** The one to read; without it the only one that is an autoscaler. */
  readonly service: string | undefined
}

type Failed = Extract<EnvironmentRead, { readonly ok: false }>

/** Reads what a Compose file gives the autoscaler, whichever of the two forms its `environment` has. */
export function parseComposeFile(text: string, surroundings: ComposeSurroundings): EnvironmentRead {
  const { name } = surroundings
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const lineOf = (offset = 0) => `${name}:${Math.max(lines.linePos(offset).line, 1)}`
  const errors = document.errors.map(({ pos, message }) => `${lineOf(pos[0])}: ${message.split('\n', 1)[0]}`)
  if (errors.length > 0) return { ok: false, problems: errors }
  const content = document.toJS() as { readonly services?: unknown } | null
  const services = isPlain(content?.services) ? content.services : {}
  const chosen = chooseService(services, surroundings)
  if (typeof chosen !== 'string') return chosen
  const environment = isPlain(services[chosen]) ? services[chosen]['environment'] : undefined
  const node = document.getIn(['services', chosen, 'environment'], true) as Node | undefined
  const line = (key: string) => lineOf(offsetOf(node, key))
  const pairs = pairsOf(environment)
  if (!pairs) {
    const problem = `${lineOf(node?.range?.[0])}: environment of ${chosen} must be a list or a map`
    return { ok: false, problems: [problem] }
  }
  const remarks = isPlain(services[chosen]) && 'env_file' in services[chosen] ? [envFileRemark(chosen)] : []
  return { ...filledIn(pairs, surroundings.env, line), remarks }
}

function filledIn(
  pairs: readonly (readonly [name: string, text: string | undefined])[],
  outer: Environment,
  line: (key: string) => string,
): Omit<Extract<EnvironmentRead, { readonly ok: true }>, 'remarks'> {
  const env: Record<string, string> = {}
  const unresolved = new Map<string, string>()
  for (const [name, written] of pairs) {
    // A name alone passes on what Compose itself was started with.
    const { text, missing } =
      written === undefined
        ? { text: outer[name] ?? '', missing: outer[name] === undefined ? [name] : [] }
        : interpolate(written, outer)
    env[name] = missing.length === 0 ? text : (written ?? `\${${name}}`)
    if (missing.length === 0) continue
    const what = `${name} needs ${missing.join(', ')}, which is not set here`
    unresolved.set(name, `${line(name)}: ${what}; set it, or write its value`)
  }
  return { ok: true, env, unresolved }
}

const AUTOSCALER = /^(?:PICUS_\w+|WOODPECKER_PROVIDER)$/

function chooseService(
  services: Readonly<Record<string, unknown>>,
  { name, service }: ComposeSurroundings,
): string | Failed {
  const fail = (problem: string): Failed => ({ ok: false, problems: [problem] })
  const all = Object.keys(services)
  if (all.length === 0) return fail(`${name}: has no services`)
  if (service !== undefined) {
    if (all.includes(service)) return service
    return fail(`--service is "${service}": ${name} has ${all.join(', ')}`)
  }
  const autoscalers = all.filter((key) => {
    const one = services[key]
    const pairs = isPlain(one) ? (pairsOf(one['environment']) ?? []) : []
    return pairs.some(([variable]) => AUTOSCALER.test(variable))
  })
  const [first, ...others] = autoscalers
  if (first === undefined) {
    return fail(
      `${name}: no service has PICUS_… variables or WOODPECKER_PROVIDER in its environment; name one with --service: ${all.join(', ')}`,
    )
  }
  if (others.length > 0) return fail(`${name}: say which service, with --service: ${autoscalers.join(', ')}`)
  return first
}

/** `undefined`: neither a list nor a map. */
function pairsOf(
  environment: unknown,
): readonly (readonly [name: string, text: string | undefined])[] | undefined {
  if (environment === undefined || environment === null) return []
  if (Array.isArray(environment)) {
    return environment.map((item) => {
      const text = String(item)
      const equals = text.indexOf('=')
      return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)]
    })
  }
  if (!isPlain(environment)) return undefined
  return Object.entries(environment).map(([name, value]) => [
    name,
    value === null || value === undefined ? undefined : String(value),
  ])
}

function offsetOf(node: Node | undefined, key: string): number | undefined {
  if (isMap(node)) {
    const pair = (node.items as readonly Pair[]).find((item) => isScalar(item.key) && item.key.value === key)
    return (pair?.key as Node | undefined)?.range?.[0] ?? node.range?.[0]
  }
  if (!isSeq(node)) return node?.range?.[0]
  const item = (node.items as readonly Node[]).find(
    (candidate) => isScalar(candidate) && String(candidate.value).split('=', 1)[0] === key,
  )
  return item?.range?.[0] ?? node.range?.[0]
}

function envFileRemark(service: string): string {
  return `env_file of ${service} was not looked at: name it with --env-file`
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
