import { Refusal } from '../refusal.ts'

/** What is sent back. No `type`, no body: as Woodpecker does it for 204 and most 404. */
export interface Answer {
  readonly status: number
  readonly type?: string
  readonly body: string
}

export function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) }
}

export function text(status: number, body: string): Answer {
  return body === '' ? { status, body } : { status, type: 'text/plain; charset=utf-8', body }
}

export const noContent: Answer = { status: 204, body: '' }

/** What an unknown path gets: the page of the web UI. */
export const webPage: Answer = {
  status: 200,
  type: 'text/html',
  body: '<!doctype html><title>Woodpecker</title><div id="app"></div>',
}

export function refusalAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return text(error.status, error.message)
  return text(500, error instanceof Error ? error.message : String(error))
}
