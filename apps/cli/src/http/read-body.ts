import type { IncomingMessage } from 'node:http'
import type { Clock } from '@woodpeckers/autoscaler-core'

export type Body = { readonly ok: true; readonly bytes: Buffer } | BadBody

export interface BadBody {
  readonly ok: false
  readonly status: 400 | 408 | 413
  readonly error: string
}

/** What a body may be. */
export interface BodyLimits {
  readonly bytes: number
  readonly ms: number
}

export const bodyLimits: BodyLimits = { bytes: 1_048_576, ms: 10_000 }

/** Reads a body to its end, or until it is too long in bytes or time: the rest is not read. */
export function readBody(
  incoming: IncomingMessage,
  clock: Clock,
  limits: BodyLimits = bodyLimits,
): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const end = (body: Body) => {
      cancel()
      incoming.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
      if (!body.ok) incoming.on('error', () => {}).pause()
      resolve(body)
    }
    const tooLong = () =>
      end({ ok: false, status: 413, error: `the body is longer than ${limits.bytes} bytes` })
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length > limits.bytes) return tooLong()
      chunks.push(chunk)
    }
    const onEnd = () => end({ ok: true, bytes: Buffer.concat(chunks) })
    const onBroken = () => end({ ok: false, status: 400, error: 'the body broke off' })
    const cancel = clock.startTimer(limits.ms, () =>
      end({ ok: false, status: 408, error: `the body did not end within ${limits.ms / 1_000}s` }),
    )
    if (Number(incoming.headers['content-length'] ?? 0) > limits.bytes) return tooLong()
    incoming.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
  })
}
