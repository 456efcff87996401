import { z } from 'zod'
import type { components } from './api.generated.ts'

// What an answer must be for us to believe it. The types are those of openapi.yaml: a schema that says
// otherwise does not compile. Fields that are not named here are dropped, so that they reach no log.

export type WireAgent = components['schemas']['Agent']
export type WireTask = components['schemas']['QueueTask']
export type WireQueue = components['schemas']['QueueInfo']
export type WireActivePipeline = components['schemas']['ActivePipeline']
export type WirePipeline = components['schemas']['Pipeline']
export type WireRepo = components['schemas']['Repo']
export type WirePastPipeline = components['schemas']['PastPipeline']
export type WireOrg = components['schemas']['Org']
export type WireUser = components['schemas']['User']
export type WireVersion = components['schemas']['Version']

/** What may be written of an agent; the server sets both, whichever are sent. */
export interface AgentSettings {
  readonly name: string
  readonly no_schedule: boolean
}

/** A list, for which the server says `null` when it is empty. */
export type Listed<T> = readonly T[] | null

const seconds = z.int().nonnegative()
const labels = z.record(z.string(), z.string())

export const agentSchema: z.ZodType<WireAgent> = z.object({
  id: z.int().positive(),
  created: seconds,
  updated: seconds,
  name: z.string(),
  org_id: z.int(),
  owner_id: z.int().exactOptional(),
  last_contact: seconds,
  last_work: seconds,
  platform: z.string(),
  backend: z.string(),
  capacity: z.int(),
  version: z.string(),
  no_schedule: z.boolean(),
  custom_labels: labels.nullable().exactOptional(),
  token: z.string().exactOptional(),
})

export const agentPageSchema: z.ZodType<Listed<WireAgent>> = z.array(agentSchema).nullable()

const taskSchema: z.ZodType<WireTask> = z.object({
  id: z.string().min(1),
  name: z.string().exactOptional(),
  labels: labels.nullable().exactOptional(),
  dependencies: z.array(z.string()).nullable().exactOptional(),
  agent_id: z.int().exactOptional(),
  created: seconds.exactOptional(),
  concurrency_limit: z.int().exactOptional(),
  concurrency_group: z.string().exactOptional(),
  pipeline_number: z.int().exactOptional(),
  repo_id: z.int().exactOptional(),
  agent_name: z.string().exactOptional(),
})

const taskListSchema = z.array(taskSchema).nullable()

export const queueSchema: z.ZodType<WireQueue> = z.object({
  pending: taskListSchema,
  waiting_on_deps: taskListSchema,
  running: taskListSchema,
  stats: z.object({ worker_count: z.int().nonnegative() }),
  paused: z.boolean(),
})

export const agentTasksSchema: z.ZodType<Listed<components['schemas']['AgentTask']>> = z
  .array(z.object({ id: z.string() }))
  .nullable()

export const activePipelinesSchema: z.ZodType<Listed<WireActivePipeline>> = z
  .array(
    z.object({
      id: z.int(),
      number: z.int(),
      repo_id: z.int(),
      status: z.string().exactOptional(),
    }),
  )
  .nullable()

export const pipelineSchema: z.ZodType<WirePipeline> = z.object({
  id: z.int(),
  number: z.int(),
  workflows: z
    .array(
      z.object({
        id: z.int(),
        state: z.string(),
        agent_id: z.int().exactOptional(),
        started: z.int().exactOptional(),
        finished: z.int().exactOptional(),
      }),
    )
    .nullable()
    .exactOptional(),
})

export const repoSchema: z.ZodType<WireRepo> = z.object({
  id: z.int(),
  full_name: z.string(),
  org_id: z.int().exactOptional(),
})

export const repoPageSchema: z.ZodType<Listed<WireRepo>> = z.array(repoSchema).nullable()

export const pastPipelinesSchema: z.ZodType<Listed<WirePastPipeline>> = z
  .array(z.object({ number: z.int(), created: seconds, reviewed: seconds.exactOptional() }))
  .nullable()

export const orgSchema: z.ZodType<WireOrg> = z.object({ id: z.int(), name: z.string() })

export const userSchema: z.ZodType<WireUser> = z.object({
  login: z.string(),
  admin: z.boolean().exactOptional(),
})

export const versionSchema: z.ZodType<WireVersion> = z.object({ version: z.string().min(1) })
