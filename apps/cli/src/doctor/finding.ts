/** What one check came to, and, when something is wrong, what to do about it. */
export interface Finding {
  readonly ok: boolean
  /** It works, but somebody should look at it. */
  readonly isDoubtful?: true
  readonly subject: string
  readonly text: string
  readonly advice?: string
}

export function good(subject: string, text: string): Finding {
  return { ok: true, subject, text }
}

export function bad(subject: string, text: string, advice: string): Finding {
  return { ok: false, subject, text, advice }
}

export function doubtful(subject: string, text: string, advice: string): Finding {
  return { ok: true, isDoubtful: true, subject, text, advice }
}
