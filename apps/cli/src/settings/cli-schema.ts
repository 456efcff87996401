import { duration, keyValues, list, secret } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import { checkAgentVariables, labelProblem } from './agent-variables.ts'
import { type HttpSettings, httpShape } from './http-shape.ts'
import { LOG_LEVELS, type LogLevel } from './log-levels.ts'
import { GRPC_ADDRESS } from './plain-grpc-address.ts'
import {
  checkLimits,
  checkPolicy,
  type LimitSettings,
  limitShape,
  type PolicySettings,
  policyShape,
} from './policy-shape.ts'
import { poolId } from './pool-id.ts'
import { checkUserDataSettings, type UserDataSettings, userDataShape } from './user-data-shape.ts'

const AGENT_BACKENDS = ['docker', 'local', 'kubernetes'] as const
export type AgentBackend = (typeof AGENT_BACKENDS)[number]

/** Where the server is. */
export interface ServerSettings {
  readonly serverUrl: string
  readonly serverToken: string
  readonly grpcAddr: string
  readonly grpcSecure: boolean
  readonly grpcVerify?: boolean | undefined
}

/** One pool, all decided. Durations in milliseconds. */
export interface PoolSettings extends UserDataSettings, PolicySettings {
  /** As somebody wrote it: a name, a package, a file. */
  readonly provider: string
  readonly poolId: string
  /** By name or number; without it agents work for all of them. */
  readonly organisation?: string | undefined
  readonly minAgents: number
  readonly maxAgents: number
  readonly workflowsPerAgent: number
  readonly agentIdleTimeout: number
  readonly agentInactivityTimeout: number
  readonly agentBillingTeardownMargin: number
  readonly agentImage?: string | undefined
  readonly agentBackend?: AgentBackend | undefined
  readonly agentEnv: Readonly<Record<string, string>>
  readonly agentLabels: Readonly<Record<string, string>>
  readonly agentId: readonly string[]
  readonly cloudinitTemplate?: string | undefined
  readonly stoppedMax: number
  readonly stoppedFor: number
  readonly keepFailed: number
}

/** What is the same for all pools of a process. Durations in milliseconds. */
export interface ProcessSettings extends LimitSettings, HttpSettings {
  readonly reconciliationInterval: number
  readonly restartGrace: number
  readonly longestPipeline: number
  readonly listLag: number
  readonly poweredOffTimeout: number
  readonly healthFile?: string | undefined
  readonly logLevel: LogLevel
}

/** What flags and environment say of the program itself, all decided. */
export interface CliSettings extends ServerSettings, PoolSettings, ProcessSettings {
  /** The file that says all of it, in their place. */
  readonly config?: string | undefined
}

export type { LogLevel }

const server = 'Woodpecker server'
const pool = 'Pool'
const agents = 'Agents'
const userData = 'User data'
const behaviour = 'Behaviour'

// Names of flags and variables are those of the Go autoscaler, which its users keep; `restart-grace`,
// `longest-pipeline`, `list-lag` and `health-file` are ours.
const schema = z
  .object({
    config: z
      .string()
      .min(1)
      .optional()
      .describe('File with any number of pools, in place of the settings below: autoscaler.yaml')
      .meta({ env: 'WOODPECKER_AUTOSCALER_CONFIG', placeholder: 'file', group: 'Config file' }),
    serverUrl: z
      .string()
      .refine(isServerUrl, 'must be a URL like https://ci.example.org, without user and password')
      .default('http://localhost:8000')
      .describe('Where the Woodpecker server is')
      .meta({ env: 'WOODPECKER_SERVER', placeholder: 'url', group: server }),
    serverToken: secret()
      .describe('Personal access token of an admin, from the page of the user')
      .meta({ env: 'WOODPECKER_TOKEN', placeholder: 'token', group: server }),
    grpcAddr: z
      .string()
      .regex(GRPC_ADDRESS, 'must be host:port, without a path')
      .default('woodpecker-server:9000')
      .describe('Where agents reach the server: its gRPC address')
      .meta({ placeholder: 'host:port', group: server }),
    grpcSecure: z
      .boolean()
      .default(false)
      .describe('Whether agents use TLS for that')
      .meta({ group: server }),
    grpcVerify: z
      .boolean()
      .optional()
      .describe('Whether agents verify the TLS certificate of the server')
      .meta({
        // Not the agent's own variable: its two names mean the opposite of each other, see `agentEnvironment`.
        env: 'WOODPECKER_AGENT_GRPC_VERIFY',
        defaultText: 'as the version of the agent does: 3.17 does not',
        group: server,
      }),
    provider: z
      .string()
      .min(1)
      .describe('Where machines run: a built-in name (local), a package, or a file (./mycloud.ts)')
      .meta({ placeholder: 'name', group: pool }),
    poolId: poolId()
      .default('1')
      .describe('Which agents are ours: their names begin with pool-<id>-agent-')
      .meta({ placeholder: 'id', group: pool }),
    organisation: z
      .string()
      .refine(isOrganisation, 'must be the name of one organisation, without spaces, or its number')
      .optional()
      .describe(
        'Organisation at the server, by name or number, whose agents these are: no other’s work runs there',
      )
      .meta({
        envAliases: ['WOODPECKER_ORGANIZATION'],
        placeholder: 'name|number',
        defaultText: 'none: agents work for all',
        group: pool,
      }),
    minAgents: z.int().min(0).default(1).describe('Agents kept, work or not').meta({ group: pool }),
    maxAgents: z.int().min(1).default(10).describe('Agents at most').meta({ group: pool }),
    workflowsPerAgent: z
      .int()
      .min(1)
      .default(2)
      .describe('Workflows that an agent runs at a time')
      .meta({ group: agents }),
    agentIdleTimeout: duration()
      .prefault('10m')
      .describe('An agent without work for so long is ended')
      .meta({ group: agents }),
    agentInactivityTimeout: duration()
      .prefault('10m')
      .describe('An agent that did not connect, or fell silent, for so long is given up')
      .meta({ envAliases: ['WOODPECKER_AGENT_ALLOWED_STARTUP_TIME'], group: agents }),
    agentBillingTeardownMargin: duration()
      .prefault('2m')
      .describe('A machine paid by the started hour is ended so long before the hour is over')
      .meta({ group: agents }),
    agentImage: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/, 'must be the name of a container image')
      .optional()
      .describe('Container image of the agent')
      .meta({ placeholder: 'image', defaultText: "woodpecker-agent in the server's version", group: agents }),
    agentBackend: z
      .enum(AGENT_BACKENDS)
      .optional()
      .describe('Backend that agents run jobs with')
      .meta({
        placeholder: AGENT_BACKENDS.join('|'),
        defaultText: 'docker on machines of a cloud, local with the provider local',
        group: agents,
      }),
    agentEnv: keyValues()
      .superRefine(checkEnvironment)
      .default({})
      .describe('Environment variables of the agent; a pair with a comma is quoted: "A=x,y"')
      .meta({ mayHoldSecrets: true, group: agents }),
    agentLabels: keyValues()
      .superRefine(checkLabels)
      .default({})
      .describe('Labels of the agent, which tasks are matched with')
      .meta({ group: agents }),
    agentId: list()
      .refine((ids) => ids.every((id) => /^\d+$/.test(id)), 'must be numbers of agents, like 7,12')
      .refine((ids) => new Set(ids).size === ids.length, 'must name each once')
      .default([])
      .describe(
        'Agents on standing machines, made by hand too: their numbers at the server, in the order of the machines',
      )
      .meta({
        placeholder: 'number,…',
        defaultText: 'unknown: any task starts a standing machine',
        group: agents,
      }),
    cloudinitTemplate: z
      .string()
      .optional()
      .describe(
        'User data of machines: a Go template with .Image, .Environment, .Labels, .AgentName, .PoolID',
      )
      .meta({
        envAliases: ['WOODPECKER_PROVIDER_USERDATA'],
        file: true,
        placeholder: 'template',
        defaultText: 'a built-in one for Ubuntu and Debian',
        group: userData,
      }),
    ...userDataShape,
    ...policyShape,
    ...limitShape,
    ...httpShape,
    reconciliationInterval: duration()
      .refine((ms) => ms >= 1000, 'must be at least 1s')
      .prefault('10s')
      .describe('How often to look when nothing happens')
      .meta({ group: behaviour }),
    restartGrace: duration()
      .prefault('5m')
      .describe('After the server or this program was away, no agent is ended for so long')
      .meta({ group: behaviour }),
    longestPipeline: duration()
      .prefault('120m')
      .describe('A silent agent that may be working is kept for so long')
      .meta({ group: behaviour }),
    listLag: duration()
      .prefault('2m')
      .describe("A new machine may be missing from the provider's list for so long")
      .meta({ group: behaviour }),
    healthFile: z
      .string()
      .min(1)
      .optional()
      .describe('File that run writes the time of its last look into, for a health check')
      .meta({ placeholder: 'path', group: behaviour }),
    poweredOffTimeout: duration()
      .prefault('20s')
      .describe('A machine that stopped by itself is given up after so long')
      .meta({ group: behaviour }),
    stoppedMax: z
      .int()
      .min(0)
      .default(0)
      .describe('Machines that are stopped with their disks instead of ended, and started again first')
      .meta({ group: pool }),
    stoppedFor: duration()
      .prefault('24h')
      .describe('A stopped machine that was not needed for so long is ended')
      .meta({ group: pool }),
    keepFailed: z
      .int()
      .min(0)
      .default(0)
      .describe('So many machines that never connected are left, for somebody to look at')
      .meta({ group: behaviour }),
    logLevel: z
      .enum(LOG_LEVELS)
      .default('info')
      .describe('What is logged')
      .meta({ placeholder: 'level', group: behaviour }),
  })
  .superRefine(checkPool)
  .superRefine(checkLimits)

/** What settings of a pool say of each other; messages name them as flags. */
export function checkPool(settings: PoolSettings, context: z.RefinementCtx): void {
  checkUserDataSettings(settings, context)
  checkAgentVariables(settings, context)
  checkPolicy(settings, context)
  // A max that is wrong by itself has its line already.
  if (settings.minAgents <= Math.max(settings.maxAgents, 1)) return
  const message = `must be at most --max-agents, which is ${settings.maxAgents}`
  context.addIssue({ code: 'custom', path: ['minAgents'], message })
}

/** A zod object whose result is known by its name. */
type SchemaOf<Values> = z.ZodObject & z.ZodType<Values>

export const cliSchema: SchemaOf<CliSettings> = schema

/** Each setting by itself: a config file has the same ones, under names of its own. */
export const cliShape: { readonly [Key in keyof CliSettings]-?: z.ZodType<CliSettings[Key]> } = schema.shape

/** The same for commands that ask no server: its token may be missing, and is empty then. */
export const cliSchemaWithoutServer: SchemaOf<CliSettings> = schema.safeExtend({
  // Its type allows only what takes no more than before; what comes out is a string as well.
  serverToken: schema.shape.serverToken.default('') as unknown as z.ZodString,
})

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === ''
}

/** Digits alone are a number, and numbers begin with 1; a name may be a path, as that of a group in another. */
function isOrganisation(text: string): boolean {
  return /^-?\d+$/.test(text) ? /^0*[1-9]\d{0,14}$/.test(text) : /^[^\s,]+$/.test(text)
}

type Pairs = Readonly<Record<string, string>>

/** Each by itself, so that each has its line. */
function checkLabels(labels: Pairs, context: z.RefinementCtx): void {
  for (const [key, value] of Object.entries(labels)) {
    const message = labelProblem({ [key]: value })
    if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message })
  }
}

/** A comma in a value that nobody quoted makes a name of what is behind it: such a name is not told. */
function checkEnvironment(variables: Pairs, context: z.RefinementCtx): void {
  for (const [index, [key, value]] of Object.entries(variables).entries()) {
    const tell = (message: string) => context.addIssue({ code: 'custom', path: [key], message })
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
      tell(`must have names of letters, digits and underscores; that of pair ${index + 1} is none`)
    } else if (/[\r\n\0]/.test(value)) tell(`must have no line break in a value; that of ${key} has`)
  }
}
