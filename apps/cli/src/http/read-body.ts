import type { IncomingMessage } from 'node:http'
import type { Clock } from '@woodpeckers/autoscaler-core'

export type Body = { readonly ok: true; readonly bytes: Buffer } | BadBody

export interface BadBody {
  readonly ok: false
  readonly status: 400 | 408 | 413 | 503
  readonly error: string
}

/** What a body may be. */
export interface BodyLimits {
  readonly bytes: number
  readonly ms: number
}

export const bodyLimits: BodyLimits = { bytes: 1_048_576, ms: 10_000 }

/** Reads a body into memory, as `streamBody` does. */
export async function readBody(incoming: IncomingMessage, clock: Clock, limits: BodyLimits): Promise<Body> {
  const chunks: Buffer[] = []
  const bad = await streamBody(incoming, clock, limits, (chunk) => {
    chunks.push(chunk)
    return undefined
  })
  return bad ?? { ok: true, bytes: Buffer.concat(chunks) }
}

/**
 * Gives each chunk of a body to `take`, until the body ends, is too long in bytes or time, or `take` refuses it. The
 * rest is not read. Returns what is wrong; `undefined`: the body is whole.
 */
export function streamBody(
  incoming: IncomingMessage,
  clock: Clock,
  limits: BodyLimits,
  take: (chunk: Buffer) => BadBody | undefined,
): Promise<BadBody | undefined> {
  return new Promise((resolve) => {
    let length = 0
    const end = (bad?: BadBody) => {
      cancel()
      incoming.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
      if (bad) incoming.on('error', () => {}).pause()
      resolve(bad)
    }
    const tooLong = () =>
      end({ ok: false, status: 413, error: `the body is longer than ${limits.bytes} bytes` })
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length > limits.bytes) return tooLong()
      const bad = take(chunk)
      if (bad) end(bad)
    }
    const onEnd = () => end()
    const onBroken = () => end({ ok: false, status: 400, error: 'the body broke off' })
    const cancel = clock.startTimer(limits.ms, () =>
      end({ ok: false, status: 408, error: `the body did not end within ${limits.ms / 1_000}s` }),
    )
    if (Number(incoming.headers['content-length'] ?? 0) > limits.bytes) return tooLong()
    incoming.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
  })
}
