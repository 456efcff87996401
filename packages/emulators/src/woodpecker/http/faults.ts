import { type Answer, json, text } from './answer.ts'

/** A mishap for the next `times` requests that fit. */
export type Fault = FaultTarget & FaultKind

interface FaultTarget {
  readonly method?: string
  /** Fits where the path (without prefix and query) contains it, or matches it. */
  readonly path: string | RegExp
  /** How often; 1 without it, `Infinity` = until cleared. */
  readonly times?: number
}

type FaultKind =
  /** Answers so instead of acting; a body that is not a string is sent as JSON. */
  | { readonly kind: 'answer'; readonly status: number; readonly body?: unknown; readonly type?: string }
  /** Never answers, and does not act. */
  | { readonly kind: 'hang' }
  /** Breaks the connection, and does not act. */
  | { readonly kind: 'reset' }
  /** Acts and answers, later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Acts, then breaks the connection. */
  | { readonly kind: 'lose-answer' }
  /** Acts, and sends the first half of the answer as if it were all. */
  | { readonly kind: 'cut-off' }
  /** Lists show their first page, whichever is asked for: they never end. */
  | { readonly kind: 'same-page' }

/** Mishaps in waiting, in the order they were added. */
export class Faults {
  #faults: { readonly fault: Fault; left: number }[] = []

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 })
  }

  clear(): void {
    this.#faults = []
  }

  /** The first that fits, used up by one. */
  take(method: string, path: string): Fault | undefined {
    const found = this.#faults.find(({ fault }) => fits(fault, method, path))
    if (!found) return undefined
    found.left--
    this.#faults = this.#faults.filter(({ left }) => left > 0)
    return found.fault
  }
}

function fits(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false
  return typeof fault.path === 'string' ? path.includes(fault.path) : fault.path.test(path)
}

export function faultAnswer({
  status,
  body = '',
  type,
}: Extract<Fault, { readonly kind: 'answer' }>): Answer {
  if (typeof body !== 'string') return json(body, status)
  return type === undefined ? text(status, body) : { status, type, body }
}
