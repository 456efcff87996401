/** What the machines of a pool do otherwise than configured: by their image, or by a template that is not ours. */
export interface ImageSetup {
  /** Their image starts an agent of its own: with the shared secret, or registered for the organisation of the jobs. */
  readonly ownAgent?: 'shared-secret' | 'organisation'
  /** Variables that the template does not pass on to the agent. */
  readonly drops?: readonly DroppedVariable[]
  /** Labels that its agents really have, in place of the promised value. */
  readonly labels?: Readonly<Record<string, string>>
  /** What its agents really say they are. */
  readonly platform?: string
  /** Which of its cloud's machine types do so, counted from 0; without it: all. */
  readonly onlyType?: number
}

export const droppableVariables = [
  'WOODPECKER_AGENT_LABELS',
  'WOODPECKER_MAX_WORKFLOWS',
  'WOODPECKER_AGENT_SINGLE_WORKFLOW',
  'WOODPECKER_RETRY_TIMEOUT',
  'WOODPECKER_HOSTNAME',
] as const

export type DroppedVariable = (typeof droppableVariables)[number]
