import { asOutsideError, type Clock, type OutsideError } from '@woodpeckers/autoscaler-core'
import type { CallResult, CallSeen } from './calls.ts'

/** Who is told of calls, and by which clock they are timed. */
export interface CallObserver {
  readonly observeCall: (call: CallSeen) => void
  readonly clock: Clock
}

type Method = (...args: readonly unknown[]) => unknown

/**
 * The function with its object bound, and each call of it told once: when it has ended, or when it was called off, as
 * one that hangs would never end. Its answers and errors are as they were.
 */
export function observedMethod(
  method: Method,
  object: object,
  named: Pick<CallSeen, 'target' | 'operation'>,
  { observeCall, clock }: CallObserver,
): Method {
  return (...args) => {
    const startedAt = clock.monotonic()
    const signal = signalOf(args.at(-1))
    let isTold = false
    const tell = (result: CallResult): void => {
      signal?.removeEventListener('abort', onAbort)
      if (isTold) return
      isTold = true
      observeCall({ ...named, result, tookMs: clock.monotonic() - startedAt })
    }
    const onAbort = (): void => tell('no-answer')
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      const answer = method.apply(object, [...args])
      Promise.resolve(answer).then(
        () => tell('ok'),
        (thrown) => tell(resultOf(thrown)),
      )
      return answer
    } catch (thrown) {
      tell(resultOf(thrown))
      throw thrown
    }
  }
}

const KINDS = Object.keys({
  auth: true,
  'rate-limited': true,
  transient: true,
  'offering-unavailable': true,
  'quota-exceeded': true,
  'unexpected-answer': true,
  'queue-needs-agent': true,
  rejected: true,
  unsupported: true,
} satisfies Record<OutsideError['kind'], true>)

/** Providers are other people's code: a kind that nobody knows is no label. */
function resultOf(thrown: unknown): CallResult {
  const { kind } = asOutsideError(thrown)
  return KINDS.includes(kind) ? kind : 'transient'
}

function signalOf(last: unknown): AbortSignal | undefined {
  if (typeof last !== 'object' || last === null || !('signal' in last)) return undefined
  return last.signal instanceof AbortSignal ? last.signal : undefined
}
