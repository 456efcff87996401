import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { accepts } from './accepts.ts'
import { ASKED_BY } from './admission.ts'
import type { BadBody } from './read-body.ts'

interface Env {
  readonly Bindings: HttpBindings
}

export type App = Hono<Env>
export type Asked = Context<Env>

/** Every answer that is no success is one line in the same place. */
export function refused(
  context: Asked,
  status: 400 | 401 | 404 | 405 | 408 | 409 | 413 | 500 | 503,
  error: string,
): Response {
  return context.json({ error }, status)
}

/** What of the body was not read is not wanted: the connection ends. */
export function refusedBody(context: Asked, { status, error }: BadBody): Response {
  context.header('connection', 'close')
  return refused(context, status, error)
}

/** Who asks, for the log and the events: as they say themselves, in signs that change no terminal. */
export function whoAsks(context: Asked): string {
  const said = context.req.header(ASKED_BY) ?? ''
  const clean = said
    .replaceAll(/[^\p{L}\p{N}_.@ -]/gu, '')
    .trim()
    .slice(0, 64)
  return clean === '' ? 'somebody' : clean
}

/** Smaller ones are not worth it. */
const COMPRESSED_FROM_BYTES = 1_024

/** JSON that was made before, compressed where whoever asks can read that. */
export function sentJson(context: Asked, json: Buffer, gzip: () => Buffer): Response {
  const headers = { 'content-type': 'application/json', vary: 'accept-encoding' }
  if (json.length < COMPRESSED_FROM_BYTES || !accepts(context.req.header('accept-encoding'), 'gzip'))
    return sentBytes(context, json, headers)
  return sentBytes(context, gzip(), { ...headers, 'content-encoding': 'gzip' })
}

export function sentBytes(
  context: Asked,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Response {
  return context.body(bytes as Uint8Array<ArrayBuffer>, 200, headers)
}

/** A whole number from a query, within its limits; `undefined`: it is none. */
export function wholeNumber(text: string, from: number, to: number): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  return value >= from && value <= to ? value : undefined
}
