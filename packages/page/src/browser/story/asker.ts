export interface Asker {
  /** Asks now, or once more when the answer that is on its way is here. */
  readonly ask: () => void
  /** Nothing is taken any more. */
  readonly end: () => void
}

export interface Asked<T> {
  readonly question: (signal: AbortSignal) => Promise<T>
  readonly onAnswer: (answer: T) => void
  readonly onFailure: (why: string) => void
}

/** Has one question on its way at a time: an answer that takes longer than what it is about stays the same still comes. */
export function createAsker<T>({ question, onAnswer, onFailure }: Asked<T>): Asker {
  const ended = new AbortController()
  let isAsking = false
  let isStale = false

  const ask = async (): Promise<void> => {
    if (isAsking) {
      isStale = true
      return
    }
    isAsking = true
    do {
      isStale = false
      try {
        const answer = await question(ended.signal)
        if (!ended.signal.aborted) onAnswer(answer)
      } catch (error) {
        if (!ended.signal.aborted) onFailure(error instanceof Error ? error.message : String(error))
      }
    } while (isStale && !ended.signal.aborted)
    isAsking = false
  }
  return { ask: () => void ask(), end: () => ended.abort() }
}
