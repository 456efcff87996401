/** What the unfinished requests of one kind have sent, all together. */
export class BytesInFlight {
  readonly #limit: number
  #bytes = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Returns the share of one request. */
  open(): BytesOfOne {
    let own = 0
    return {
      add: (bytes) => {
        if (this.#bytes + bytes > this.#limit) return false
        own += bytes
        this.#bytes += bytes
        return true
      },
      close: () => {
        this.#bytes -= own
        own = 0
      },
    }
  }
}

export interface BytesOfOne {
  /** Returns false where these bytes are too many: they are not counted, and the request must end. */
  add(bytes: number): boolean
  close(): void
}
