import { constants, deflateRawSync } from 'node:zlib'

/**
 * Begins a stream of gzip whose end never comes. What follows it may be put together of parts that were compressed each
 * by itself, once for all who follow: https://www.rfc-editor.org/rfc/rfc1952#section-2.3
 */
export const GZIP_BEGINS: Buffer = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

/** A part of a stream of server-sent events. */
export class Frame {
  readonly plain: Buffer
  #compressed: Buffer | undefined

  constructor(text: Buffer) {
    this.plain = text
  }

  /** Whole blocks, at a byte's edge: to be sent behind `GZIP_BEGINS`. */
  get compressed(): Buffer {
    this.#compressed ??= deflateRawSync(this.plain, { level: 3, finishFlush: constants.Z_SYNC_FLUSH })
    return this.#compressed
  }
}

/** `data` is JSON, so that no line break can be in it. */
export function frameOf(event: string, data: string | Buffer, id?: number): Frame {
  const head = `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: `
  return new Frame(Buffer.concat([Buffer.from(head), Buffer.from(data), Buffer.from('\n\n')]))
}
