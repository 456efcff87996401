/** A request to something emulated, before anything is read out of it. */
export interface HttpCall {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly authorization: string | undefined
  readonly contentType?: string | undefined
  readonly body: string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `hang`: nothing ever comes; `reset`: the connection breaks; `shut-out`: it never comes about. */
export type Reaction = HttpAnswer | 'hang' | 'reset' | 'shut-out'
