import { gzipSync } from 'node:zlib'
import type { StatusView } from '@woodpeckers/autoscaler-observer'
import { hiddenJson } from './hidden-json.ts'
import { type Frame, frameOf } from './live-frame.ts'

/** The status as it is sent: made once a tick, whoever asks, and only if somebody does. */
export class StatusText {
  readonly #hide: (text: string) => string
  #of: StatusView | undefined
  #json: Buffer = Buffer.alloc(0)
  #gzip: Buffer | undefined
  #frame: Frame | undefined

  /** `hide` takes secrets out of it. */
  constructor(hide: (text: string) => string) {
    this.#hide = hide
  }

  json(status: StatusView): Buffer {
    if (status !== this.#of) {
      this.#of = status
      this.#json = Buffer.from(hiddenJson(status, this.#hide))
      this.#gzip = undefined
      this.#frame = undefined
    }
    return this.#json
  }

  gzip(status: StatusView): Buffer {
    const json = this.json(status)
    this.#gzip ??= gzipSync(json, { level: 3 })
    return this.#gzip
  }

  frame(status: StatusView): Frame {
    const json = this.json(status)
    this.#frame ??= frameOf('status', json)
    return this.#frame
  }
}
