import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { createAsker } from './asker.ts'

/** What was asked for: on its way, here, or why not. */
export type Answer<T> =
  | { readonly kind: 'asking' }
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'failed'; readonly why: string }

/** Asks while the component is there, and again each time `version` changes; what was answered stays meanwhile. */
export function useAnswer<T>(
  question: (signal: AbortSignal) => Promise<T>,
  version: unknown,
): ReadonlySignal<Answer<T>> {
  const answer = useSignal<Answer<T>>({ kind: 'asking' })
  const asker = useMemo(
    () =>
      createAsker({
        question,
        onAnswer: (value) => {
          answer.value = { kind: 'here', value }
        },
        onFailure: (why) => {
          if (answer.value.kind !== 'here') answer.value = { kind: 'failed', why }
        },
      }),
    [],
  )
  useEffect(() => asker.end, [])
  useEffect(() => asker.ask(), [version])
  return answer
}
