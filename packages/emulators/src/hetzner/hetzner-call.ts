export interface HetznerRequest {
  readonly method: string
  /** Without `/v1`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
}

/** A request with what was answered to it. */
export interface HetznerExchange extends HetznerRequest {
  readonly status: number
  readonly answer: string
}
