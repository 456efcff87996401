import { duration } from '@woodpeckers/autoscaler-core'
import { z } from 'zod'
import {
  cliShape,
  type PoolSettings,
  type ProcessSettings,
  type ServerSettings,
} from '../settings/cli-schema.ts'
import { poolId } from '../settings/pool-id.ts'
import { scheduleSchema } from '../settings/schedule.ts'
import type { FileSettings } from './config.ts'

/** A setting as the file has it: under which key (with a dot: in a section), and what may stand there. */
export interface FileKey<Value = unknown> {
  readonly path: string
  readonly type: z.ZodType<Value>
}

type FileKeys<Settings> = { readonly [Key in keyof Settings]-?: FileKey<Settings[Key]> }

export const serverKeys: FileKeys<ServerSettings> = {
  serverUrl: { path: 'url', type: cliShape.serverUrl },
  serverToken: { path: 'token', type: cliShape.serverToken },
  grpcAddr: { path: 'grpcAddr', type: cliShape.grpcAddr },
  grpcSecure: { path: 'grpcSecure', type: cliShape.grpcSecure },
  grpcVerify: { path: 'grpcVerify', type: cliShape.grpcVerify },
}

export const processKeys: FileKeys<ProcessSettings> = {
  reconciliationInterval: { path: 'interval', type: cliShape.reconciliationInterval },
  restartGrace: { path: 'restartGrace', type: cliShape.restartGrace },
  longestPipeline: { path: 'longestPipeline', type: cliShape.longestPipeline },
  listLag: { path: 'listLag', type: cliShape.listLag },
  poweredOffTimeout: { path: 'poweredOffTimeout', type: cliShape.poweredOffTimeout },
  maxMachines: { path: 'limits.maxMachines', type: cliShape.maxMachines },
  maxHourlyCost: { path: 'limits.maxHourlyCost', type: cliShape.maxHourlyCost },
  maxSpendPerDay: { path: 'limits.maxSpendPerDay', type: cliShape.maxSpendPerDay },
  maxSpendPerMonth: { path: 'limits.maxSpendPerMonth', type: cliShape.maxSpendPerMonth },
  stateFile: { path: 'stateFile', type: cliShape.stateFile },
  healthFile: { path: 'healthFile', type: cliShape.healthFile },
  eventsFile: { path: 'eventsFile', type: cliShape.eventsFile },
  listen: { path: 'http.listen', type: cliShape.listen },
  httpToken: { path: 'http.token', type: cliShape.httpToken },
  allowedHosts: { path: 'http.allowedHosts', type: cliShape.allowedHosts },
  wakeSecret: { path: 'http.wakeSecret', type: cliShape.wakeSecret },
  logLevel: { path: 'logLevel', type: cliShape.logLevel },
}

// Three defaults are not those of flags and environment, which are kept for users of the Go autoscaler.
export const poolKeys: FileKeys<PoolSettings & FileSettings> = {
  poolId: {
    path: 'id',
    type: poolId().describe('Which agents are of this pool: their names begin with pool-<id>-agent-'),
  },
  provider: { path: 'provider', type: cliShape.provider },
  organisation: { path: 'organisation', type: cliShape.organisation },
  minAgents: {
    path: 'min',
    type: z.int().min(0).default(0).describe('Agents kept, work or not'),
  },
  maxAgents: { path: 'max', type: cliShape.maxAgents },
  workflowsPerAgent: {
    path: 'workflowsPerAgent',
    type: z.int().min(1).default(1).describe('Workflows that an agent runs at a time'),
  },
  mode: { path: 'mode', type: cliShape.mode },
  priority: { path: 'priority', type: cliShape.priority },
  buffer: { path: 'buffer', type: cliShape.buffer },
  prewarm: { path: 'prewarm', type: cliShape.prewarm },
  scaleUpDelay: { path: 'scaleUpDelay', type: cliShape.scaleUpDelay },
  batch: { path: 'batch', type: cliShape.batch },
  schedules: {
    path: 'schedules',
    type: z
      .array(scheduleSchema)
      .default([])
      .describe('Other limits at other times; of several at once the last one counts')
      .meta({ notation: 'schedules' }),
  },
  shrinkOrder: { path: 'shrinkOrder', type: cliShape.shrinkOrder },
  packing: { path: 'packing', type: cliShape.packing },
  maxAge: { path: 'maxAge', type: cliShape.maxAge },
  replaceDrifted: { path: 'replaceDrifted', type: cliShape.replaceDrifted },
  machineLabel: { path: 'machineLabel', type: cliShape.machineLabel },
  failingAfter: { path: 'failingAfter', type: cliShape.failingAfter },
  bootAllowance: { path: 'bootAllowance', type: cliShape.bootAllowance },
  agentIdleTimeout: { path: 'idleTimeout', type: cliShape.agentIdleTimeout },
  agentInactivityTimeout: { path: 'inactivityTimeout', type: cliShape.agentInactivityTimeout },
  agentBillingTeardownMargin: {
    path: 'billingTeardownMargin',
    type: duration()
      .prefault('5m')
      .describe('A machine paid by the started hour is ended so long before the hour is over'),
  },
  stoppedMax: { path: 'stopped.max', type: cliShape.stoppedMax },
  stoppedFor: { path: 'stopped.for', type: cliShape.stoppedFor },
  keepFailed: { path: 'keepFailed', type: cliShape.keepFailed },
  agentLabels: {
    path: 'labels',
    type: cliShape.agentLabels.describe(
      'Labels of the agent, which tasks are matched with; one that begins with "!" a task must have',
    ),
  },
  agentImage: { path: 'agent.image', type: cliShape.agentImage },
  agentBackend: { path: 'agent.backend', type: cliShape.agentBackend },
  agentEnv: { path: 'agent.env', type: cliShape.agentEnv.describe('Environment variables of the agent') },
  agentMode: { path: 'agent.mode', type: cliShape.agentMode },
  agentBinaryUrl: { path: 'agent.binaryUrl', type: cliShape.agentBinaryUrl },
  agentBinarySha256: { path: 'agent.binarySha256', type: cliShape.agentBinarySha256 },
  agentId: { path: 'standingAgents', type: cliShape.agentId },
  cloudinitTemplate: { path: 'userData.template', type: cliShape.cloudinitTemplate },
  registryMirror: { path: 'userData.registryMirrors', type: cliShape.registryMirror },
  registryAuth: { path: 'userData.registryAuth', type: cliShape.registryAuth },
  blockMetadata: { path: 'userData.blockMetadata', type: cliShape.blockMetadata },
  selfDestructAfter: { path: 'userData.selfDestructAfter', type: cliShape.selfDestructAfter },
}

/** The path of a key, as one that is looked up step by step. */
export function stepsOf({ path }: FileKey): readonly string[] {
  return path.split('.')
}
