/** What an agent says of itself when it registers. */
export interface AgentInfo {
  readonly platform: string
  readonly backend: string
  readonly capacity: number
  readonly version: string
  readonly customLabels: Readonly<Record<string, string>>
  /** Names the record of an agent that registers with the shared secret. */
  readonly hostname: string
}

/** A workflow that an agent is given to run. */
export interface Assignment {
  readonly taskId: string
  readonly name: string
  readonly durationMs: number
  readonly outcome: 'success' | 'failure'
}

export type JobState = 'success' | 'failure' | 'killed'

/**
 * The calls that an agent makes to its server: Woodpecker's own, less their protobuf. Each may throw
 * `ServerUnreachable` (try again) or `CallRefused` (the server said no). Aborting a call's signal breaks its
 * connection, which the server sees at once; not aborting is how a machine vanishes.
 */
export interface AgentLink {
  /** Answers the id of the agent's record. */
  register(info: AgentInfo, signal: AbortSignal): Promise<number>
  unregister(signal: AbortSignal): Promise<void>
  /** Waits for work; `undefined`: none now, as the agent is cordoned. */
  next(labels: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Assignment | undefined>
  /** Resolves when the server no longer counts the task as running, or does not know it. */
  wait(taskId: string, signal: AbortSignal): Promise<{ readonly canceled: boolean }>
  init(taskId: string, signal: AbortSignal): Promise<void>
  /** A step's state changed. */
  update(taskId: string, signal: AbortSignal): Promise<void>
  extend(taskId: string, signal: AbortSignal): Promise<void>
  done(taskId: string, state: JobState, signal: AbortSignal): Promise<void>
  reportHealth(signal: AbortSignal): Promise<void>
}

export class ServerUnreachable extends Error {}

/** For good: the same call will not work either. */
export class CallRefused extends Error {}
