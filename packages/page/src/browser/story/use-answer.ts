import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** What was asked for: on its way, here, or why not. */
export type Answer<T> =
  | { readonly kind: 'asking' }
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'failed'; readonly why: string }

/** Asks while the component is there, and again each time `version` changes; what was answered stays meanwhile. */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  version: unknown,
): ReadonlySignal<Answer<T>> {
  const answer = useSignal<Answer<T>>({ kind: 'asking' })
  useEffect(() => {
    const ended = new AbortController()
    ask(ended.signal).then(
      (value) => {
        answer.value = { kind: 'here', value }
      },
      (error: unknown) => {
        if (ended.signal.aborted || answer.value.kind === 'here') return
        answer.value = { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
      },
    )
    return () => ended.abort()
  }, [version])
  return answer
}
