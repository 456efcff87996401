import type { Setting } from '@woodpeckers/autoscaler-core'
import { LineCounter, type Node, parseDocument } from 'yaml'
import { readEnvFiles } from './compose-env-files.ts'
import { type ComposePair, isPlain, offsetOf, pairsOf } from './compose-environment.ts'
import { composeWords } from './compose-words.ts'
import type { Environment, EnvironmentRead } from './environment.ts'
import { flagVariables } from './flag-variables.ts'
import { interpolate } from './interpolate.ts'

/** What a Compose file leaves to its surroundings. */
export interface ComposeSurroundings {
  /** As messages name it. */
  readonly name: string
  readonly env: Environment
  /** The one to read; without it the only one that is an autoscaler. */
  readonly service: string | undefined
  /** Settings whose flags a command line may have. */
  readonly settings: readonly Setting[]
  /** The text of a file beside this one, or why there is none. */
  readonly readFile: (path: string) => { readonly text: string } | { readonly why: string }
}

type Failed = Extract<EnvironmentRead, { readonly ok: false }>
type Service = Readonly<Record<string, unknown>>

/**
 * Reads what a Compose file gives the autoscaler: `env_file`, `environment` over it, and the flags of `entrypoint` and
 * `command` over both.
 */
export function parseComposeFile(text: string, surroundings: ComposeSurroundings): EnvironmentRead {
  const { name, env: outer, settings, readFile } = surroundings
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const lineOf = (offset = 0) => `${name}:${Math.max(lines.linePos(offset).line, 1)}`
  const errors = document.errors.map(({ pos, message }) => `${lineOf(pos[0])}: ${message.split('\n', 1)[0]}`)
  if (errors.length > 0) return { ok: false, problems: errors }
  const chosen = chooseService(document.toJS(), surroundings)
  if ('problems' in chosen) return chosen
  const { key, service } = chosen
  const nodeOf = (part: string) => document.getIn(['services', key, part], true) as Node | undefined
  const partLine = (part: string) => lineOf(nodeOf(part)?.range?.[0])

  const pairs = pairsOf(service['environment'])
  if (!pairs) return failed(`${partLine('environment')}: environment of ${key} must be a list or a map`)
  const files = readEnvFiles(service['env_file'], key, outer, readFile)
  if (files.problems.length > 0) return { ok: false, problems: files.problems }
  const given = filledIn(pairs, outer, (variable) => lineOf(offsetOf(nodeOf('environment'), variable)))

  const words = composeWords(service['entrypoint'], service['command'], outer)
  const commandPart = service['command'] === undefined ? 'entrypoint' : 'command'
  if (!words.ok)
    return failed(`${partLine(commandPart)}: ${commandPart} of ${key} cannot be read: ${words.why}`)
  const flags = flagVariables(words.words, settings)
  const env = { ...files.env, ...given.env }
  const unresolved = new Map(given.unresolved)
  for (const { variable, text: value, missing } of flags.variables) {
    env[variable] = value
    unresolved.delete(variable)
    if (missing.length > 0) unresolved.set(variable, needs(partLine(commandPart), variable, missing))
  }
  const unquoted = withoutLiteralQuotes(env)
  const strays = flags.strays.map(
    (word) => `${commandPart} of ${key}: ${JSON.stringify(word)} belongs to no flag, and is left out`,
  )
  return {
    ok: true,
    env: unquoted.env,
    unresolved,
    remarks: [...files.remarks, ...strays, ...unquoted.remarks, ...partsLeftOut(key, service)],
  }
}

function filledIn(
  pairs: readonly ComposePair[],
  outer: Environment,
  line: (key: string) => string,
): { readonly env: Record<string, string>; readonly unresolved: ReadonlyMap<string, string> } {
  const env: Record<string, string> = {}
  const unresolved = new Map<string, string>()
  for (const [name, written] of pairs) {
    // A name alone passes on what Compose itself was started with.
    const { text, missing } =
      written === undefined
        ? { text: outer[name] ?? '', missing: outer[name] === undefined ? [name] : [] }
        : interpolate(written, outer)
    env[name] = missing.length === 0 ? text : (written ?? `\${${name}}`)
    if (missing.length > 0) unresolved.set(name, needs(line(name), name, missing))
  }
  return { env, unresolved }
}

function needs(line: string, name: string, missing: readonly string[]): string {
  return `${line}: ${name} needs ${missing.join(', ')}, which is not set here; set it, or write its value`
}

/** In `- NAME="value"` the quotes are a part of the value for Compose, and nobody means them. */
function withoutLiteralQuotes(env: Environment): {
  readonly env: Environment
  readonly remarks: readonly string[]
} {
  const remarks: string[] = []
  const entries = Object.entries(env).map(([name, value]) => {
    const inner = /^(["'])(.*)\1$/s.exec(value ?? '')?.[2]
    if (inner === undefined) return [name, value] as const
    remarks.push(`${name} has quotes as a part of its value: taken without them`)
    return [name, inner] as const
  })
  return { env: Object.fromEntries(entries), remarks }
}

/** Parts of a service that say nothing which a settings file could hold. */
const WITHOUT_SETTINGS: ReadonlySet<string> = new Set([
  'image',
  'environment',
  'env_file',
  'command',
  'entrypoint',
])

function partsLeftOut(key: string, service: Service): readonly string[] {
  const parts = Object.keys(service).filter((part) => !WITHOUT_SETTINGS.has(part) && !part.startsWith('x-'))
  return parts.length === 0
    ? []
    : [`of service ${key} these parts stay in the Compose file: ${parts.join(', ')}`]
}

const AUTOSCALER = /^(?:PICUS_\w+|WOODPECKER_PROVIDER)$/
const IMAGE = /(?:^|\/)(?:woodpecker-)?(?:autoscaler|picus)(?:[:@]|$)/

function chooseService(
  content: unknown,
  { name, service, settings, env }: ComposeSurroundings,
): { readonly key: string; readonly service: Service } | Failed {
  const services = isPlain(content) && isPlain(content['services']) ? content['services'] : undefined
  if (!services) return failed(notCompose(name, content))
  const all = Object.keys(services)
  const pick = (key: string) => ({ key, service: isPlain(services[key]) ? services[key] : {} })
  if (all.length === 0) return failed(`${name}: has no services`)
  if (service !== undefined) {
    if (all.includes(service)) return pick(service)
    return failed(`--service is "${service}": ${name} has ${all.join(', ')}`)
  }
  const isAutoscaler = (key: string): boolean => {
    const { service: one } = pick(key)
    const words = composeWords(one['entrypoint'], one['command'], env)
    const flags = words.ok ? flagVariables(words.words, settings).variables : []
    const names = [
      ...(pairsOf(one['environment']) ?? []).map(([variable]) => variable),
      ...flags.map(({ variable }) => variable),
    ]
    return names.some((variable) => AUTOSCALER.test(variable)) || IMAGE.test(String(one['image'] ?? ''))
  }
  const [first, ...others] = all.filter(isAutoscaler)
  if (first === undefined) {
    return failed(
      `${name}: no service has PICUS_… variables, WOODPECKER_PROVIDER, or the image of an autoscaler; name one with --service: ${all.join(', ')}`,
    )
  }
  if (others.length > 0)
    return failed(`${name}: say which service, with --service: ${[first, ...others].join(', ')}`)
  return pick(first)
}

/** What else a YAML file may be. */
function notCompose(name: string, content: unknown): string {
  const root = isPlain(content) ? content : {}
  if (typeof root['kind'] === 'string' && 'apiVersion' in root)
    return `${name} is a Kubernetes manifest (kind ${root['kind']}), not a Compose file: write its env as NAME=value lines into a file, and name that`
  if ('pools' in root || 'server' in root)
    return `${name} is a config file of woodpecker-autoscaler already: run it with --config ${name}`
  return `${name} is not a Compose file: it has no services`
}

function failed(problem: string): Failed {
  return { ok: false, problems: [problem] }
}
