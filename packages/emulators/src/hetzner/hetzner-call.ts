export interface HetznerRequest {
  readonly method: string
  /** Without `/v1`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
}

export interface HetznerCall {
  readonly method: string
  /** With `/v1` and the query. */
  readonly target: string
  readonly authorization: string | undefined
  readonly body: string
}

export interface HetznerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `hang`: nothing ever comes; `reset`: the connection breaks. */
export type HetznerReaction = HetznerAnswer | 'hang' | 'reset'

/** A request with what was answered to it. */
export interface HetznerExchange extends HetznerRequest {
  readonly status: number
  readonly answer: string
}
