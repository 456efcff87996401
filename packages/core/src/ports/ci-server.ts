import type { Agent, AgentId } from '../model/agent.ts'
import type { Labels } from '../model/labels.ts'
import type { Task } from '../model/task.ts'
import type { AgentOffer, CallOptions } from './provider.ts'

export interface AgentsReading {
  readonly agents: readonly Agent[]
  /** The server's clock when it answered: what the times of its agents are compared with. */
  readonly serverNowAt: number
}

export interface QueueReading {
  readonly tasks: readonly Task[]
  /** While paused, no task is given out. */
  readonly paused: boolean
  /** Slots that ask for work at this moment; never fewer than are really free, `Infinity` = cannot tell. */
  readonly pollingSlots: number
}

/** Work that the server's database knows, beyond what its queue remembers. */
export interface WorkReading {
  /** Ids of the agents that hold a task which has not ended. */
  readonly workingAgentIds: ReadonlySet<AgentId>
  /** Ids of the tasks whose row says running. */
  readonly runningTaskIds: ReadonlySet<string>
}

/** What became of a task. */
export interface TaskEnding {
  readonly taskId: string
  readonly agentId: AgentId
  readonly failed: boolean
  readonly ranMs: number
}

/** Which agent takes which task: pure, and as the server itself decides it. */
export interface Matching {
  /** 0 = never; of several agents the highest gets the task. */
  score(task: Labels, agent: Labels): number
  /** The label of the task (or the one that the agent demands) that stands in the way. */
  obstacle(task: Labels, agent: Labels): Obstacle | undefined
  /**
   * Numbers both sides so that equal numbers have equal scores with every member of the other side: what
   * makes 10,000 tasks against 1,000 agents a small problem.
   */
  classify(tasks: readonly Labels[], agents: readonly Labels[]): Classes
}

export interface Obstacle {
  readonly key: string
  /** What the task has; `undefined`: nothing, although the agent demands it. */
  readonly wanted: string | undefined
  /** What the agent has; `undefined`: nothing. */
  readonly offered: string | undefined
  /** The agent takes no task that lacks it, whether the task asks for anything or not. */
  readonly demanded?: true
}

export interface Classes {
  readonly tasks: readonly number[]
  readonly agents: readonly number[]
}

/** A freshly made or looked-up record: what the agent's process needs to connect as it. */
export interface CreatedAgent {
  readonly agent: Agent
  /** Environment of the agent's process, with its secret: never log it. */
  readonly environment: Readonly<Record<string, string>>
  readonly image: string
}

export interface NewAgent {
  readonly name: string
  readonly slots: number
  /** As the user set them for the pool. */
  readonly labels: Labels
  readonly backend: string
  readonly image: string | undefined
  /** Added last: the user's word is final. */
  readonly environment: Readonly<Record<string, string>>
  /** It takes one task, and leaves after it. Without it: one after another. */
  readonly servesOne?: true
  /** Cordoned from its first moment: it connects, and is given nothing. Without it: it gets tasks. */
  readonly cordoned?: boolean
  /** The only part of the server's work that it takes: see `AgentScope.id`. Without it: any. */
  readonly scope?: string
}

/** A part of the server's work that agents can be kept to, such as one organisation's. */
export interface AgentScope {
  /** The server's own, for `NewAgent.scope` and `AgentOffer.scope`. */
  readonly id: string
  /** As people know it. */
  readonly name: string
}

export type ScopeSearch =
  | { readonly ok: true; readonly scope: AgentScope }
  /** Why not, and what would be right: what follows the name of the setting and its value. */
  | { readonly ok: false; readonly why: string }

/** An agent as it is right now, asked for just before an act that cannot be undone. */
export interface AgentInspection {
  readonly agent: Agent
  readonly serverNowAt: number
  /** Whether the server knows of a task that it has. */
  readonly busy: boolean
}

export type Deletion = 'deleted' | 'already-gone' | 'busy'

export type ServerSignal =
  /** Something happened; look soon. */
  | 'changed'
  /** The stream of events came (again). */
  | 'connected'
  /** The stream broke without our doing: the server may have restarted. */
  | 'broken'

/**
 * A CI server, seen by the engine. Reads may be repeated by the implementation; writes never are, unless
 * the implementation can prove that the first one had no effect.
 */
export interface CiServer {
  readonly matching: Matching
  /** How far `Agent.lastWorkAt` may lag behind the end of the work. */
  readonly workStampLagMs: number

  /** Every agent, foreign ones too, all pages. */
  readAgents(call: CallOptions): Promise<AgentsReading>
  /** Throws `QueueNeedsAgent` when only an agent that asks for work can mend it. */
  readQueue(call: CallOptions): Promise<QueueReading>
  /** Work that is in the database; `queued`: the tasks of the queue, which explain much of it without a look-up. */
  readWork(queued: readonly Task[], call: CallOptions): Promise<WorkReading>
  /**
   * What became of tasks that have left the queue, as far as it can be told. Without it: an agent on which every task
   * fails is not noticed.
   */
  readEndings?(taskIds: readonly string[], call: CallOptions): Promise<readonly TaskEnding[]>
  inspectAgent(id: AgentId, call: CallOptions): Promise<AgentInspection | undefined>

  /** What an agent of a pool will offer, once registered. */
  offerOf(offer: AgentOffer): Labels
  /**
   * Looks for the part of its work that people call so, by name or id; what was found is not asked for again.
   * Throws where it could not be asked, `AuthError` where the token does not reach. Without it: agents are for all.
   */
  findScope?(reference: string, call: CallOptions): Promise<ScopeSearch>
  /**
   * Makes the record, or, when one with this name is there already (an answer that was lost), answers that.
   */
  createAgent(agent: NewAgent, call: CallOptions): Promise<CreatedAgent>
  /** Sets whether it gets new tasks, and answers the record as written; `undefined`: it is gone. */
  setCordon(agent: Agent, cordoned: boolean, call: CallOptions): Promise<Agent | undefined>
  deleteAgent(agent: Agent, call: CallOptions): Promise<Deletion>

  /**
   * Names of the repositories whose events the stream leaves out for this token. Without it: unknown.
   */
  unseenRepositories?(call: CallOptions): Promise<readonly string[]>
  /** Listens until the signal aborts; reconnects by itself. Without events, polling alone does the work. */
  listen(onSignal: (signal: ServerSignal) => void, signal: AbortSignal): void
  /** One line each about what is wrong or worth knowing; throws if the server cannot be used at all. */
  check(call: CallOptions): Promise<ServerCheck>
  close(): Promise<void>
}

export interface ServerCheck {
  readonly version: string
  readonly user: string
  readonly admin: boolean
}
