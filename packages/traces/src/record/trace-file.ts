import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { readTrace } from '../format/read-trace.ts'
import { TRACE_VERSION, type TraceArrival } from '../format/trace.ts'
import type { TraceHead } from '../format/trace-schema.ts'

/** A trace that grows by a line for each job, and can be read at any moment. */
export interface TraceFile {
  /** Of the file: what times in it count from. */
  readonly startAt: number
  /** How many jobs were in it when it was opened. */
  readonly jobsBefore: number
  add(arrival: TraceArrival): void
  /** Says how far the recording went. */
  close(untilAt: number): void
}

const CHUNK = 65_536

/**
 * Opens a recording, or begins one. One that is there is gone on with; a last line that was broken off is cut away.
 *
 * @throws TraceError where what is there is no trace; Error where it is one of another kind
 */
export function openTraceFile(
  path: string,
  { startAt, names }: { readonly startAt: number; readonly names: 'hashed' | 'plain' },
): TraceFile {
  const file = openSync(path, 'a+')
  try {
    const text = readAll(file)
    if (text.trim() === '') {
      const head: TraceHead = {
        version: TRACE_VERSION,
        startAt: new Date(startAt).toISOString(),
        order: 'end',
        source: 'live',
        names,
      }
      ftruncateSync(file, 0)
      writeSync(file, `${JSON.stringify(head)}\n`)
      return writerOf(file, startAt, 0)
    }
    // Its very first line is never cut away: who knows what else it is.
    const whole = text.includes('\n') ? text.slice(0, text.lastIndexOf('\n') + 1) : `${text}\n`
    const { trace } = readTrace(whole)
    const head = JSON.parse(whole.slice(0, whole.indexOf('\n'))) as TraceHead
    if (head.order !== 'end' || head.names !== names) throw new Error(whyNot(head, names))
    if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole))
    if (whole.length > text.length) writeSync(file, '\n')
    return writerOf(file, trace.startAt, trace.arrivals.length)
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function whyNot({ order, names }: TraceHead, wanted: 'hashed' | 'plain'): string {
  if (order !== 'end') return 'it is a trace that was not recorded live: a recording cannot go on with it'
  return `its names are ${names ?? 'of an unknown kind'}, and those of this recording ${wanted}`
}

function writerOf(file: number, startAt: number, jobsBefore: number): TraceFile {
  const write = (line: object): void => {
    const { size } = fstatSync(file)
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    } catch (error) {
      // Half a line would break the next one.
      ftruncateSync(file, size)
      throw error
    }
  }
  return {
    startAt,
    jobsBefore,
    add: write,
    close(untilAt) {
      write({ untilMs: Math.max(0, Math.round(untilAt - startAt)) })
      closeSync(file)
    },
  }
}

function readAll(file: number): string {
  const { size } = fstatSync(file)
  const all = Buffer.alloc(size)
  let at = 0
  while (at < size) {
    const read = readSync(file, all, at, Math.min(CHUNK, size - at), at)
    if (read === 0) break
    at += read
  }
  return all.toString('utf8', 0, at)
}
